"""What a language model promises, and its values worked out once more in the plainest way."""

import math
from typing import Any

from torch import Tensor

from pkg.data.info import DataInfo
from pkg.task.objective import Judged

PRIMARY = "bits_per_byte"
MONITOR = "val_loss"  # decides which epoch is best
TRAIN_METRICS = ("loss", "bits_per_byte", "perplexity")
VAL_METRICS = ("loss", "bits_per_byte", "perplexity", "accuracy")
WRONG = {
    "task.temperature -1": "task.temperature",
    "task.top_p 2": "task.top_p",
    "task.gamma 1": "gamma",
}


def metric_of(outputs: Judged, targets: Tensor) -> tuple[str, float]:
    """Return the bits of all tokens over the bytes of all windows, with its name."""
    bits = sum(loss / math.log(2) for row in outputs.losses.tolist() for loss in row)
    return "bits_per_byte", bits / sum(targets.tolist())


def said(outputs: Judged, info: DataInfo) -> list[list[float]]:
    """Return the number that the prediction of each text shows, of texts that fill a window.

    A byte is a token there, and the last token of the window is the one after the text.
    """
    rows = outputs.losses[:, :-1].tolist()
    return [[sum(row) / math.log(2) / len(row)] for row in rows]


def numbers_of(record: dict[str, Any]) -> list[float]:
    """Return that number from a prediction."""
    return [float(record["bits_per_byte"])]
