"""What the outputs for one sample say, in words and plain numbers."""

from typing import Any

from torch import Tensor

from ..data.info import DataInfo
from ..records import write_csv, write_lines

FORMATS = {".csv": write_csv, ".jsonl": write_lines}  # of files that predict.py writes


def answer(outputs: Tensor, info: DataInfo) -> dict[str, Any]:
    """Return the prediction of each target, of outputs [K] in the units of the data."""
    pairs = zip(info.output_names, outputs.tolist(), strict=True)
    return {f"prediction_{name}": value for name, value in pairs}
