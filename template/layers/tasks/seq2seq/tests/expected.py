"""What sequence to sequence promises, and its values worked out once more in the plainest way."""

from typing import Any

from samples import make_tokenizer
from torch import Tensor

from pkg.data.info import DataInfo
from pkg.data.vocabulary import load_vocabulary
from pkg.references import unpack

PRIMARY = "bleu"
MONITOR = "val_loss"  # decides which epoch is best
TRAIN_METRICS = ("loss", "accuracy")
TEXT_METRICS = ("exact_match", "bleu", "chrf", "word_error_rate", "character_error_rate")
VAL_METRICS = (*TRAIN_METRICS, *TEXT_METRICS)
WRONG = {
    "task.label_smoothing 1": "task.label_smoothing",
    "task.num_beams 0": "task.num_beams",
    "task.temperature -1": "task.temperature",
}


def metric_of(outputs: Tensor, targets: Tensor) -> tuple[str, float]:
    """Return the word error rate of generated tokens [N, L] and right texts [N, R]."""
    tokenizer, edits, count = make_tokenizer(), 0, 0
    for row, [right] in zip(outputs.tolist(), unpack(targets), strict=True):
        ids = row[: row.index(tokenizer.end)] if tokenizer.end in row else row
        edits += levenshtein(tokenizer.decode(ids).split(), right.split())
        count += len(right.split())
    return "word_error_rate", edits / count


def levenshtein(one: list[str], other: list[str]) -> int:
    """Return the edit distance by its definition."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return levenshtein(one[1:], other[1:])
    shorter = [(one[1:], other), (one, other[1:]), (one[1:], other[1:])]
    return 1 + min(levenshtein(*pair) for pair in shorter)


def said(outputs: Tensor, info: DataInfo) -> list[list[float]]:
    """Return the letters of the text that each prediction shows, as numbers."""
    return [[*map(float, map(ord, text))] for text in load_vocabulary(info.schema).read(outputs)]


def numbers_of(record: dict[str, Any]) -> list[float]:
    """Return those numbers from a prediction."""
    return [float(ord(letter)) for letter in record["prediction"]]
