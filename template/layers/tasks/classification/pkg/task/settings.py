"""Settings of the task: the section `task` of configs/config.yaml."""

from dataclasses import dataclass

from ..engine.settings import require

OUTPUTS = ".csv or .jsonl"  # files that predict.py writes


@dataclass(frozen=True)
class TaskSettings:
    """How the loss sees the targets in training."""

    label_smoothing: float = 0.0  # probability that is spread evenly over all classes
    class_weights: bool = False  # weight classes in the loss by the inverse of their frequency

    def __post_init__(self) -> None:
        """Refuse what no loss can use."""
        require(self, "task", ["label_smoothing"], lambda value: 0 <= value < 1)
