"""Settings of the targets, and of the steps to one size: a part of the section `data`."""

from dataclasses import dataclass, field
from typing import Literal

Step = Literal["resize", "crop", "center_crop", "pad", "grayscale"]


@dataclass(frozen=True)
class TargetSettings:
    """What the targets are called, and what becomes of the images that they belong to."""

    #: if has_classes
    class_names: list[str] | None = None  # in the order of the outputs; null: as in the data
    #: endif
    #: if from_columns
    target_columns: list[str] | None = None  # columns to predict; null: all but the image
    #: endif
    #: if objective == "multi_label"
    label_delimiter: str | None = None  # between labels in one cell; null: as found (; | , or list)
    #: endif
    #: if objective == "single_label"
    weighted_sampling: bool = False  # sample classes equally often in training, with replacement
    #: endif
    preprocessing: list[Step] = field(
        default_factory=lambda: ["resize"]
    )  # steps to input_shape; resize keeps proportions and cuts off ends, pad before it keeps all

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        #: if has_classes
        if self.class_names and len({*self.class_names}) < len(self.class_names):
            raise ValueError(f"data.class_names cannot be {self.class_names}")
        #: endif
