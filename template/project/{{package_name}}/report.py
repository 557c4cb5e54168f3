"""What the scripts write: every figure of a test, and how far chance alone could have moved it."""

import io
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imsave
from torch import Tensor

from .data.info import DataInfo
from .errors import UserError
from .metrics import measure
from .run import gain
from .settings import TrainingSettings


def make_report(
    outputs: Tensor, targets: Tensor, info: DataInfo, settings: TrainingSettings
) -> dict[str, Any]:
    """Return every figure with its 95 % interval, those of each output, and the goal."""
    whole, each = measure(
        resample(len(targets)),
        outputs.double(),
        targets,
        #: if task == "regression"
        info.target_std,
        #: endif
    )
    limits = torch.tensor([0.025, 0.975], dtype=torch.float64)
    metrics: dict[str, Any] = {}
    for name, x in whole.items():
        interval = x[1:].nanquantile(limits) if len(x) > 1 else limits * math.nan
        metrics[name] = {"value": plain(x[0]), "interval": [plain(y) for y in interval]}
    rows = [
        {"name": name, **{key: plain(x[0, k]) for key, x in each.items()}}
        for k, name in enumerate(info.output_names)
    ]
    metric, goal, met = settings.target_metric, settings.target_value, None
    if metric and goal is not None and (value := metrics[metric]["value"]) is not None:
        met = gain(metric, value, goal) >= 0
    target = {"metric": metric, "value": goal, "met": met}
    return {"samples": len(targets), "metrics": metrics, "per_output": rows, "target": target}


def resample(count: int) -> Tensor:
    """Return how often each sample counts [R, N]: once in row 0, then as drawn (the bootstrap)."""
    draws = min(1000, max(100, 1_000_000 // count))
    picks = torch.randint(count, (draws, count), generator=torch.Generator().manual_seed(0))
    ones = torch.ones(draws, count, dtype=torch.float64)
    return torch.cat([ones[:1], torch.zeros_like(ones).scatter_add_(1, picks, ones)])


def plain(value: Tensor) -> float | None:
    """Return a number that JSON has a word for."""
    return float(value) if math.isfinite(value) else None


def as_png(figures: dict[str, Figure]) -> bytes:
    """Return a picture of figures of one height, side by side."""
    canvases: list[Any] = [FigureCanvasAgg(figure) for figure in figures.values()]
    for canvas in canvases:
        canvas.draw()
    file = io.BytesIO()
    imsave(file, np.hstack([canvas.buffer_rgba() for canvas in canvases]), format="png")
    return file.getvalue()


def write(path: Path, content: bytes) -> None:
    """Write a file; read it back to be sure."""
    try:
        path.write_bytes(content)
        if path.read_bytes() != content:
            raise OSError("it does not hold what was written to it")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}") from None
