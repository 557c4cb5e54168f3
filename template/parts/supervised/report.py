"""What a test says: every figure, and how far chance alone could have moved it."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread, imsave
from torch import Tensor

from .errors import UserError
from .figures import measure


def make_report(outputs: Tensor, targets: Tensor, names: list[str]) -> dict[str, Any]:
    """Return every figure with its 95 % interval, and the figures of each class or target."""
    whole, each = measure(resample(len(targets)), outputs.double(), targets)
    limits = torch.tensor([0.025, 0.975], dtype=torch.float64)
    metrics = {
        name: {"value": plain(x[0]), "interval": [plain(y) for y in x[1:].nanquantile(limits)]}
        for name, x in whole.items()
    }
    rows = [{key: plain(x[0, k]) for key, x in each.items()} for k in range(len(names))]
    table = [{"name": name, **row} for name, row in zip(names, rows, strict=True)]
    return {"samples": len(targets), "metrics": metrics, "per_output": table}


def resample(count: int) -> Tensor:
    """Return how often each sample counts [R, N]: once in row 0, then as drawn (the bootstrap)."""
    draws = min(1000, max(100, 1_000_000 // count))
    picks = torch.randint(count, (draws, count), generator=torch.Generator().manual_seed(0))
    ones = torch.ones(draws, count, dtype=torch.float64)
    return torch.cat([ones[:1], torch.zeros_like(ones).scatter_add_(1, picks, ones)])


def plain(value: Tensor) -> float | None:
    """Return a number that JSON has a word for."""
    return float(value) if math.isfinite(value) else None


def write_json(report: dict[str, Any], path: Path) -> None:
    """Write the report; read the file back to be sure."""
    path.write_text(json.dumps(report, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    if json.loads(path.read_text(encoding="utf-8")) != report:
        raise UserError(f"{path} does not hold what was written to it")


def save_pictures(figures: dict[str, Figure], path: Path) -> None:
    """Write figures of one height side by side; read the file back to be sure."""
    canvases: list[Any] = [FigureCanvasAgg(figure) for figure in figures.values()]
    for canvas in canvases:
        canvas.draw()
    pixels = np.hstack([canvas.buffer_rgba() for canvas in canvases])
    imsave(path, pixels)
    if imread(path).shape != pixels.shape:
        raise UserError(f"{path} is not the picture that was written to it")
