"""What a trivial and a classical method reach on a project's own splits; run in the project.

The trivial one answers the most frequent class, or the mean. The classical one is logistic
regression, or ridge regression, on the inputs that the model sees, each feature standardised.
"""

import importlib
import json
from pathlib import Path

import torch
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import accuracy_score, mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

CHECKPOINT = Path("checkpoints/best_model.pt")


def main() -> None:
    """Print both figures as JSON."""
    inference = importlib.import_module("recipe.inference")
    device = torch.device("cpu")
    trained = inference.load_trained(CHECKPOINT, device)
    data = []
    for split in ("train", "test"):
        manifest = CHECKPOINT.parent / "splits.csv"
        batches = list(inference.open_split(trained, split, None, manifest, device).batches())
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
