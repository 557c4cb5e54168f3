"""A trained model, rebuilt from its checkpoint alone: what it says, and how good that is."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .batch import Batch
from .config import Config
from .data.dataloader import SplitLoader, get_dataloaders
from .data.info import DataInfo
from .data.settings import DataSettings
from .engine.callbacks import improvement
from .engine.checkpoint import load, load_weights
from .engine.cli import make_parser, parse
from .engine.data.splits import NAMES
from .engine.errors import UserError
from .engine.recovery import in_parts
from .engine.settings import TrainingSettings
from .fields import each, joined, to_cpu
from .models.model import build_model
from .models.settings import without_weights
from .records import Record
from .task import predictions
from .task.metrics import Metrics
from .task.objective import Objective
from .task.scores import Scores

WORK = 200_000_000  # numbers to look at for the intervals of a report
Input = tuple[Record, Batch | UserError]  # what it is; a batch of one, or what is wrong with it


def load_trained(path: Path, device: torch.device) -> tuple[nn.Module, Config, DataInfo]:
    """Rebuild the model; its weights come from the checkpoint and from nowhere else.

    Raises:
        UserError: the file is no checkpoint, or of other settings or another model.
    """
    saved = load(path)
    try:
        config, _ = parse(make_parser(Config, ""), Config, saved["config"])
    except UserError as error:
        raise UserError(f"{path} is of a project with other settings: {error}") from None
    values = {name: x for name, x in saved.items() if name.startswith("val_")}
    info = DataInfo(**saved["data"] | {"validation": values})
    settings = asdict(without_weights(config.model))
    model = build_model(info.input_shape, len(info.output_names), **settings)
    weights = saved["model_state_dict"]
    #: if ema
    averaged = saved.get("ema_state_dict", {})  # a run that began without one has none yet
    weights = {name: averaged.get(f"module.{name}", weights[name]) for name in weights}
    #: endif
    load_weights(model, weights)
    return model.to(device).eval(), config, info


def open_split(
    data: DataSettings,
    info: DataInfo,
    split: str,
    manifest: Path | None,
    device: torch.device,
    batch_size: int = 64,
) -> SplitLoader:
    """Return the samples of train, val, test or all, in order and not augmented."""
    kept = manifest if manifest and manifest.exists() and split != "all" else None
    options: dict[str, Any] = {"batch_size": batch_size, "seed": 0, "device": device, "info": info}
    loaders = get_dataloaders(data, **options, manifest=kept, whole=split == "all")
    loaders[-1].ids = loaders[NAMES.index(split) if split in NAMES else -1].ids
    return loaders[-1]


@torch.inference_mode()
def predict_split(
    model: nn.Module, objective: Objective, batches: Iterable[Batch]
) -> tuple[Any, Any]:
    """Return what the model says of all samples of all batches, and their targets; on the CPU.

    Each is a tensor, or a tuple of them, whose first axis counts the samples.
    """
    model.eval()
    done = in_parts(batches, lambda part: to_cpu(objective.predict(model, part)))
    rows = [(outputs, to_cpu(part.targets)) for part, outputs in done]
    outputs, targets = (joined(column) for column in zip(*rows, strict=True))
    return outputs, targets


@torch.inference_mode()
def predict(
    model: nn.Module,
    objective: Objective,
    inputs: Iterator[Input],
    info: DataInfo,
    batch_size: int,
) -> Iterator[Record]:
    """Yield the record of each input with what the model says, or why it could not be read."""
    device = next(model.parameters()).device
    respond = getattr(objective, "respond", objective.predict)  # a text that goes on, if it can
    complete = getattr(predictions, "complete", dict)  # what the record and the answer say together
    while group := list(islice(inputs, batch_size)):
        said: Iterator[dict[str, Any]] = iter(())
        if readable := [x for _, x in group if isinstance(x, Batch)]:
            batch = Batch.join(readable).to(device)
            said = map(partial(describe, info=info), each(respond(model, batch)))
        for record, x in group:
            found = next(said) if isinstance(x, Batch) else {"error": str(x)}
            yield complete(record | found)


def describe(outputs: Any, info: DataInfo) -> dict[str, Any]:
    """Return what the outputs for a sample say in words; JSON has no number that is not finite."""
    for values in [outputs] if isinstance(outputs, Tensor) else outputs:
        if not values.isfinite().all():
            return {"error": f"the outputs of the model are not finite: {values.tolist()}"}
    return predictions.answer(outputs, info)


def make_report(
    outputs: Any,
    targets: Any,
    names: list[str],
    objective: Objective,
    settings: TrainingSettings,
) -> dict[str, Any]:
    """Return every metric with its 95 % interval, those of each output, and the target."""
    scores = Scores(outputs, targets, objective, len(names))
    generator = torch.Generator().manual_seed(0)
    draws = min(1000, max(100, WORK // scores.work))  # of as many samples: a bootstrap
    some = (scores.count,)
    drawn = [scores(torch.randint(*some, some, generator=generator)) for _ in range(draws)]
    report: dict[str, Any] = {"samples": scores.count, "draws": draws, "metrics": {}}
    signatures = getattr(scores, "signatures", Metrics.signatures)  # those of these data, if any
    ends = torch.tensor([0.025, 0.975], dtype=torch.float64)
    for name, value in scores(torch.arange(scores.count)).items():
        values = torch.tensor([sample[name] for sample in drawn], dtype=torch.float64)
        report["metrics"][name] = {
            "value": value,
            "interval": values.nanquantile(ends).tolist(),  # a draw may lack a class
            "signature": signatures[name],
        }
    report["per_output"] = [
        {"name": name} | {key: None if x != x else x for key, x in row.items()}
        for name, row in zip(names, scores.each(), strict=True)
    ]
    metric, goal, met = settings.target_metric, settings.target_value, None
    if metric and goal is not None and metric in report["metrics"]:  # a loss need not be there
        value = report["metrics"][metric]["value"]
        met = improvement(value, goal, Metrics.higher_is_better[metric]) >= 0
    return report | {"target": {"metric": metric, "value": goal, "met": met}}
