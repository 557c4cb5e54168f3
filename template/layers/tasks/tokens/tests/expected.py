"""What tokens promise, and their values worked out once more in the plainest way."""

from typing import Any

from torch import Tensor

from pkg.data.info import DataInfo
from pkg.fields import each
from pkg.task.objective import Objective

PRIMARY = "f1"
MONITOR = "val_loss"  # decides which epoch is best
TRAIN_METRICS = VAL_METRICS = ("loss", "f1", "precision", "recall", "accuracy")
WRONG = {"task.gamma 1": "gamma", "task.class_weights perhaps": "task.class_weights"}


def make_objective(num_outputs: int) -> Objective:
    """Return an objective that knows nothing of a data set."""
    return Objective()


def metric_of(outputs: Tensor, targets: Tensor) -> tuple[str, float]:
    """Return the fraction of the words with the right label, with its name."""
    pairs = zip(outputs.flatten().tolist(), targets.flatten().tolist(), strict=True)
    right = [one == other for one, other in pairs if other >= 0]
    return "accuracy", sum(right) / len(right)


def said(outputs: Tensor, info: DataInfo) -> list[list[float]]:
    """Return the numbers that the prediction of each sentence shows: ends of entities."""
    return [
        [float(x) for span in spans([k for k in one.tolist() if k >= 0], info) for x in span]
        for one in each(outputs)
    ]


def spans(labels: list[int], info: DataInfo) -> list[tuple[int, int]]:
    """Return first and last word, plus one, of the entities in a sentence of these labels."""
    names, found = [info.output_names[k] for k in labels], list[tuple[int, int]]()
    for start, name in enumerate(names):
        if name.startswith("B-"):
            end = start + 1
            while end < len(names) and names[end] == f"I-{name[2:]}":
                end += 1
            found.append((start, end))
    return found


def numbers_of(record: dict[str, Any]) -> list[float]:
    """Return those numbers from a prediction, or from a row of CSV with one entity or none."""
    if "entities" in record:
        return [float(entity[end]) for entity in record["entities"] for end in ("start", "end")]
    return [float(record[name]) for name in ("start", "end") if record[name]]
