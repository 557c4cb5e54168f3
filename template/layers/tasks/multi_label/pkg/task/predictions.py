"""What the outputs for one sample say, in words and plain numbers."""

from typing import Any

from torch import Tensor

from ..data.info import DataInfo
from ..records import write_csv, write_lines

FORMATS = {".csv": write_csv, ".jsonl": write_lines}  # of files that predict.py writes


def answer(outputs: Tensor, info: DataInfo) -> dict[str, Any]:
    """Return the labels that are more probable than not, and the probability of each of [K]."""
    probabilities = dict(zip(info.output_names, outputs.sigmoid().tolist(), strict=True))
    present = [name for name, value in probabilities.items() if value > 0.5]
    each = {f"probability_{name}": value for name, value in probabilities.items()}
    return {"prediction": ";".join(present), **each}
