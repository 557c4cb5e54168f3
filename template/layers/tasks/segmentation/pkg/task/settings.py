"""Settings of the task: the section `task` of configs/config.yaml."""

from dataclasses import dataclass

from ..engine.settings import require

OUTPUTS = ".csv (shares of classes), .jsonl, or a folder of PNG masks"  # what predict.py writes


@dataclass(frozen=True)
class TaskSettings:
    """How the loss sees the masks in training."""

    dice_weight: float = 0.0  # weight of the Dice loss beside the cross-entropy; 0: none
    class_weights: bool = False  # weight classes in the loss by the inverse of their frequency

    def __post_init__(self) -> None:
        """Refuse what no loss can use."""
        require(self, "task", ["dice_weight"], lambda value: value >= 0)
