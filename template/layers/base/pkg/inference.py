"""A trained model, rebuilt from its checkpoint alone: what it says, and how good that is."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
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
from .models.model import build_model
from .models.settings import without_weights
from .task.metrics import Metrics, score_all
from .task.objective import Objective
from .task.predictions import answer

WORK = 200_000_000  # outputs to look at for the intervals of a report
Input = tuple[str, Tensor | UserError]  # its name; what the model sees, or what is wrong with it


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
    info, settings = DataInfo(**saved["data"]), asdict(without_weights(config.model))
    model = build_model(info.input_shape, len(info.output_names), **settings)
    weights = saved["model_state_dict"]
    #: if ema
    averaged = saved.get("ema_state_dict", {})  # a run that began without one has none yet
    weights = {name: averaged.get(f"module.{name}", weights[name]) for name in weights}
    #: endif
    load_weights(model, weights)
    return model.to(device).eval(), config, info


def open_split(
    data: DataSettings, info: DataInfo, split: str, manifest: Path | None, device: torch.device
) -> SplitLoader:
    """Return the samples of train, val, test or all, in order and not augmented."""
    kept = manifest if manifest and manifest.exists() and split != "all" else None
    options: dict[str, Any] = {"batch_size": 64, "seed": 0, "device": device, "info": info}
    loaders = get_dataloaders(data, **options, manifest=kept, whole=split == "all")
    loaders[-1].ids = loaders[NAMES.index(split) if split in NAMES else -1].ids
    return loaders[-1]


@torch.inference_mode()
def predict_split(
    model: nn.Module, objective: Objective, batches: Iterable[Batch]
) -> tuple[Tensor, Tensor]:
    """Return the outputs [N, K] and the targets of all batches, on the CPU."""
    model.eval()
    done = in_parts(batches, lambda part: objective.predict(model, part).float().cpu())
    rows = [(outputs, part.targets.cpu()) for part, outputs in done]
    outputs, targets = (torch.cat(column) for column in zip(*rows, strict=True))
    return outputs, targets


@torch.inference_mode()
def predict(
    model: nn.Module,
    objective: Objective,
    inputs: Iterator[Input],
    names: list[str],
    batch_size: int,
) -> Iterator[dict[str, Any]]:
    """Yield what the model says of each input, or why it could not be read."""
    device = next(model.parameters()).device
    while group := list(islice(inputs, batch_size)):
        readable = [x.to(device) for _, x in group if isinstance(x, Tensor)]
        outputs = iter(predict_inputs(model, objective, readable) if readable else ())
        for name, x in group:
            said = describe(next(outputs), names) if isinstance(x, Tensor) else {"error": str(x)}
            yield {"input": name, **said}


def describe(outputs: Tensor, names: list[str]) -> dict[str, Any]:
    """Return what outputs [K] say in words; JSON has none for numbers that are not finite."""
    if not outputs.isfinite().all():
        return {"error": f"the outputs of the model are not finite: {outputs.tolist()}"}
    return answer(outputs, names)


def predict_inputs(model: nn.Module, objective: Objective, inputs: list[Tensor]) -> Tensor:
    """Return the outputs [B, K] for inputs whose targets nobody knows, on the CPU."""
    ids = torch.arange(len(inputs))
    batch = Batch(torch.stack(inputs), torch.empty(len(inputs), 0), ids)
    return objective.predict(model, batch).cpu().double()


def make_report(
    outputs: Tensor,
    targets: Tensor,
    names: list[str],
    objective: Objective,
    settings: TrainingSettings,
) -> dict[str, Any]:
    """Return every metric with its 95 % interval, those of each output, and the target."""
    metrics, count = Metrics(len(names)), len(targets)

    def measure(ids: Tensor) -> dict[str, float]:
        batch = Batch(outputs[ids], targets[ids], ids)
        metrics.reset()
        metrics.update(objective.loss(outputs[ids], batch), batch)
        return metrics.compute() | score_all(outputs[ids], targets[ids])

    generator = torch.Generator().manual_seed(0)
    draws = min(1000, max(100, WORK // outputs.numel()))  # of as many samples: a bootstrap
    drawn = [measure(torch.randint(count, (count,), generator=generator)) for _ in range(draws)]
    report: dict[str, Any] = {"samples": count, "draws": draws, "metrics": {}}
    ends = torch.tensor([0.025, 0.975], dtype=torch.float64)
    for name, value in measure(torch.arange(count)).items():
        values = torch.tensor([sample[name] for sample in drawn], dtype=torch.float64)
        interval = values.nanquantile(ends).tolist()  # a draw may lack a class
        report["metrics"][name] = {"value": value, "interval": interval}
    each = {key: [None if x != x else x for x in y.tolist()] for key, y in metrics.each().items()}
    rows = zip(names, *each.values(), strict=True)
    report["per_output"] = [dict(zip(["name", *each], row, strict=True)) for row in rows]
    metric, goal, met = settings.target_metric, settings.target_value, None
    if metric and goal is not None:
        value = report["metrics"][metric]["value"]
        met = improvement(value, goal, metrics.higher_is_better[metric]) >= 0
    return report | {"target": {"metric": metric, "value": goal, "met": met}}


def write(path: Path, content: bytes) -> None:
    """Write a file, or into a pipe.

    Raises:
        UserError: it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}") from None
