"""Settings of the data: the section `data` of configs/config.yaml."""

from dataclasses import dataclass, field
from typing import Literal

from ..engine.settings import require
from .target_settings import TargetSettings

INPUTS = "images, and folders of them"  # what predict.py takes
# Between a run and its --resume these may change freely, or not at all: `splits.csv` and the
# checkpoint have settled them.
MAY_CHANGE = {"dataset_path", "num_outputs", "in_memory", "num_workers", "worker_timeout"}
MAY_CHANGE |= {"max_unreadable"}
FIXED = {"train_val_test_split", "split_seed", "normalization_mean", "normalization_std"}
FIXED |= {"pixel_range"}


@dataclass(frozen=True)
class DataSettings(TargetSettings):
    """Which images to use, how to split them, and what to do to them before the model."""

    dataset_path: str = "data"  # folder, file or name of the data set
    num_outputs: int | None = None  # number of classes or targets; null: as found in the data
    input_shape: list[int] = field(default_factory=lambda: [3, 224, 224])  # channels, height, width
    train_val_test_split: list[float] = field(
        default_factory=lambda: [0.7, 0.15, 0.15]
    )  # fractions for train, val and test
    split_seed: int = 0  # seed of the split into train, val and test
    max_samples: int | None = None  # samples to use of each split at most; null: all
    pixel_range: list[float] | None = None  # black and white of 16 or 32 bits; null: measured
    augmentation: list[str] = field(default_factory=list)  # augmentations in training, in order
    normalization_mean: list[float] | None = None  # of each channel, 0 to 1; null: measured
    normalization_std: list[float] | None = None  # of each channel; null: measured
    in_memory: bool | Literal["auto"] = "auto"  # keep decoded images in memory; auto: up to 1 GB
    num_workers: int | Literal["auto"] = "auto"  # processes that load images; auto: by the cores
    worker_timeout: float = 300.0  # seconds to wait for a batch from the workers
    max_unreadable: float = 0.01  # fraction of the images that may be unreadable, and are replaced

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        super().__post_init__()
        shape, fractions = self.input_shape, self.train_val_test_split
        if len(shape) != 3 or shape[0] not in (1, 3, 4) or min(shape) < 1:
            raise ValueError(f"data.input_shape {shape} is not [1, 3 or 4 channels, height, width]")
        if len(fractions) != 3 or not (min(fractions) > 0 and abs(sum(fractions) - 1) <= 1e-6):
            problem = "is not three fractions above 0 that sum to 1"
            raise ValueError(f"data.train_val_test_split {fractions} {problem}")
        require(self, "data", ["max_samples", "num_outputs", "worker_timeout"], lambda x: x > 0)
        require(self, "data", ["max_unreadable"], lambda value: 0 <= value < 1)
        require(self, "data", ["num_workers"], lambda value: value == "auto" or value >= 0)
        require(self, "data", ["pixel_range"], lambda x: len(x) == 2 and x[0] < x[1])
        for name in ("normalization_mean", "normalization_std"):
            values = getattr(self, name) or [1.0] * shape[0]
            if len(values) != shape[0] or (name.endswith("std") and min(values) <= 0):
                raise ValueError(f"data.{name} needs {shape[0]} values, one a channel; std above 0")
