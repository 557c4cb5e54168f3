"""Settings of the task: the section `task` of configs/config.yaml."""

from dataclasses import dataclass

from ..engine.settings import require

OUTPUTS = ".csv or .jsonl"  # files that predict.py writes


@dataclass(frozen=True)
class TaskSettings:
    """How the loss sees the targets in training."""

    label_smoothing: float = 0.0  # moves each target this fraction of the way to 0.5
    class_weights: bool = False  # weight the presence of each label as much as its absence

    def __post_init__(self) -> None:
        """Refuse what no loss can use."""
        require(self, "task", ["label_smoothing"], lambda value: 0 <= value < 1)
