"""What cannot be reached: values outside a metric's range, phases longer than the training."""

import math
from collections.abc import Iterator

from .catalog import Row
from .catalog.tasks import METRICS
from .problems import Answers, Problem, contradiction


def check_goal(answers: Answers, row: Row) -> Iterator[Problem]:
    """The goal is within the range of its metric."""
    metric, value = answers["target_metric"], answers["target_value"]
    if metric not in METRICS or value is None:
        return
    low, high = METRICS[metric].low, METRICS[metric].high
    if low <= value <= high:
        return
    bounds = f"at least {low:g}" if high == math.inf else f"at most {high:g}"
    message = f"{metric} is {bounds if low == -math.inf or high == math.inf else 'from 0 to 1'}"
    remedy = f"did you mean {value / 100:g}?" if high == 1 and 1 < value <= 100 else ""
    yield contradiction("target_value", "target_metric", f"{message}, not {value:g}", remedy)


def check_length(answers: Answers, row: Row) -> Iterator[Problem]:
    """Warm-up ends before training does; a head may train alone for all of it."""
    epochs = answers["num_epochs"]
    if answers["warmup_epochs"] >= epochs:
        message = f"{answers['warmup_epochs']:g} epochs of warm-up leave nothing of {epochs}"
        yield contradiction("warmup_epochs", "num_epochs", message)
    if answers["pretrained"] and answers["freeze_epochs"] > epochs:
        message = f"{answers['freeze_epochs']} are more than the {epochs} epochs of the training"
        yield contradiction("freeze_epochs", "num_epochs", message)
