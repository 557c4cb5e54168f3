"""Every setting of this project: `data` here, the other sections beside it."""

from dataclasses import dataclass, field
from typing import Literal

from ..engine.settings import ExperimentSettings
from ..models.settings import ModelSettings
from ..engine.settings import TrainingSettings, require

Step = Literal["resize", "crop", "center_crop", "pad", "grayscale"]


@dataclass(frozen=True)
class DataSettings:
    """Which images, and what happens to them before the model."""

    dataset_path: str = "data"  # folder, file or name of the data set
    #: if task == "classification"
    class_names: list[str] | None = None  # in the order of the outputs; null: as in the data
    #: endif
    num_outputs: int | None = None  # classes or targets; null: as many as the data have
    input_shape: list[int] = field(default_factory=lambda: [3, 224, 224])  # channels, height, width
    #: if data_source in ("image_csv", "huggingface", "custom")
    target_columns: list[str] | None = None  # columns to predict; null: all but the path
    #: endif
    train_val_test_split: list[float] = field(default_factory=lambda: [0.7, 0.15, 0.15])  # shares
    split_seed: int = 0  # fixes which sample goes where
    max_samples: int | None = None  # samples of each split to use at most; null: all
    #: if objective == "single_label"
    weighted_sampling: bool = False  # draw all classes as often; repeats in an epoch are alike
    #: endif
    preprocessing: list[Step] = field(default_factory=lambda: ["resize"])  # up to input_shape
    augmentation: list[str] = field(default_factory=list)  # by name, in this order, while training
    normalization_mean: list[float] | None = None  # of each channel, 0 to 1; null: measured
    normalization_std: list[float] | None = None  # of each channel; null: measured in training data
    in_memory: bool | Literal["auto"] = "auto"  # keep images as bytes; auto: up to 1 GB
    num_workers: int | Literal["auto"] = "auto"  # processes that read what is not in memory
    worker_timeout: float = 300.0  # seconds to wait for them before giving up
    max_unreadable: float = 0.01  # share of the images that may be replaced: they are broken

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        shape, shares = self.input_shape, self.train_val_test_split
        if len(shape) != 3 or shape[0] not in (1, 3, 4) or min(shape) < 1:
            raise ValueError(f"data.input_shape {shape} is not [1, 3 or 4 channels, height, width]")
        if len(shares) != 3 or not (min(shares) > 0 and abs(sum(shares) - 1) <= 1e-6):
            raise ValueError(f"data.train_val_test_split {shares} is not three shares of 1")
        #: if task == "classification"
        require(self, "data", ["class_names"], lambda names: len({*names}) == len(names))
        #: endif
        require(self, "data", ["max_samples", "num_outputs", "worker_timeout"], lambda x: x > 0)
        require(self, "data", ["max_unreadable"], lambda value: 0 <= value < 1)
        require(self, "data", ["num_workers"], lambda value: value == "auto" or value >= 0)
        for name in ("normalization_mean", "normalization_std"):
            values = getattr(self, name) or [1.0] * shape[0]
            if len(values) != shape[0] or (name.endswith("std") and min(values) <= 0):
                raise ValueError(f"data.{name} needs {shape[0]} values, one a channel; std above 0")


@dataclass(frozen=True)
class Config:
    """All settings."""

    data: DataSettings = field(default_factory=DataSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    experiment: ExperimentSettings = field(default_factory=ExperimentSettings)
