"""What a trivial and a classical method reach on a project's own splits; run in the project.

The trivial one answers the most frequent class, or the mean. The classical one is logistic
regression, or ridge regression, on the inputs that the model sees, each feature standardised.
"""

import importlib
import json
from dataclasses import replace
from pathlib import Path

import torch
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import accuracy_score, mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

MANIFEST = Path("checkpoints/splits.csv")  # written by the training: the same samples for all


def main() -> None:
    """Print both figures as JSON."""
    Config = importlib.import_module("recipe.config").Config
    cli = importlib.import_module("recipe.engine.cli")
    parser = cli.make_parser(Config, "")
    config, _ = cli.parse(parser, Config, ["--config", "configs/config.yaml"])
    plain = replace(config.data, augmentation=[]) if "augmentation" in vars(config.data) else None
    get_dataloaders = importlib.import_module("recipe.data.dataloader").get_dataloaders
    loaders = get_dataloaders(
        plain or config.data, batch_size=64, seed=0, device=torch.device("cpu"), manifest=MANIFEST
    )
    data = []
    for loader in (loaders[0], loaders[2]):
        batches = list(loader.batches())
        data += [torch.cat([batch.inputs.flatten(1) for batch in batches]).numpy()]
        data += [torch.cat([batch.targets for batch in batches]).numpy()]
    inputs, targets, test_inputs, test_targets = data
    classify = targets.ndim == 1
    trivial = DummyClassifier() if classify else DummyRegressor()
    classical = LogisticRegression(max_iter=300) if classify else RidgeCV()
    score = accuracy_score if classify else mean_squared_error
    found = {}
    for name, model in (("trivial", trivial), ("classical", classical)):
        pipeline = make_pipeline(StandardScaler(), model).fit(inputs, targets)
        found[name] = float(score(test_targets, pipeline.predict(test_inputs)))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
