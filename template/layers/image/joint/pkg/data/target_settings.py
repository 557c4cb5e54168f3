"""Settings of the targets, and of the steps to one size: a part of the section `data`."""

from dataclasses import dataclass, field
from typing import Literal

from ..engine.settings import require

Step = Literal["resize", "grayscale"]


@dataclass(frozen=True)
class TargetSettings:
    """What the classes are called, and what becomes of the images that they are marked in."""

    class_names: list[str] | None = None  # in the order of the outputs; null: as in the data
    #: if mask_files
    mask_values: dict[str, str] | None = None  # class of "7" or "#ff0000" in masks; null: as found
    reduce_zero_label: bool = False  # 0 in masks is void, and classes are numbered from 1
    #: endif
    #: if mask_ids
    id_classes: dict[str, str] | None = None  # class of ids "7" or "1000-1999"; null: all of one
    #: endif
    preprocessing: list[Step] = field(
        default_factory=lambda: ["resize"]
    )  # steps to input_shape; resize keeps proportions and fills the rest
    variable_size: bool = False  # resize each training batch to one of a few sizes around it

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        require(self, "data", ["class_names"], lambda names: len({*names}) == len(names))
