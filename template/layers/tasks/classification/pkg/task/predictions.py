"""What the outputs for one sample say, in words and plain numbers."""

from typing import Any

from torch import Tensor

from ..data.info import DataInfo
from ..records import write_csv, write_lines

FORMATS = {".csv": write_csv, ".jsonl": write_lines}  # of files that predict.py writes


def answer(outputs: Tensor, info: DataInfo) -> dict[str, Any]:
    """Return the most probable class, and the probability of each, of logits [K]."""
    names, probabilities = info.output_names, outputs.softmax(0)
    probability, k = probabilities.max(0)
    best = {"prediction": names[k], "probability": probability.item()}
    pairs = zip(names, probabilities.tolist(), strict=True)
    return best | {f"probability_{name}": value for name, value in pairs}
