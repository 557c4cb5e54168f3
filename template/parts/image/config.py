"""Every setting of this project: `data` here, the other sections beside it."""

from dataclasses import dataclass, field
from typing import Literal

from .models.settings import ModelSettings
from .settings import ExperimentSettings, TrainingSettings, require


@dataclass(frozen=True)
class DataSettings:
    """Which images, and what happens to them before the model."""

    dataset_path: str = "data"
    """Folder, file or name of the data set."""
    class_names: list[str] | None = None
    """Names in the order of the model's outputs; null takes them from the data."""
    input_shape: list[int] = field(default_factory=lambda: [3, 224, 224])
    """Channels, height and width of the images that the model sees."""
    #: if data_source == "image_csv"
    target_columns: list[str] | None = None
    """Columns of the targets; null takes every column but the first, the path."""
    #: endif
    train_val_test_split: list[float] = field(default_factory=lambda: [0.7, 0.15, 0.15])
    """Shares of the samples that train, validate and test."""
    split_seed: int = 0
    """Number that fixes which sample goes where."""
    max_samples: int | None = None
    """Samples of each split to use at most; null uses all."""
    preprocessing: list[
        Literal["resize", "crop", "center_crop", "pad", "grayscale"]
    ] = field(default_factory=lambda: ["resize"])
    """Steps that bring an image to `input_shape`, in this order."""
    augmentation: list[str] = field(default_factory=list)
    """Random changes of training images, in this order, from data/augmentations."""
    normalization_mean: list[float] | None = None
    """Mean of each channel, from 0 to 1; null computes it from the training split."""
    normalization_std: list[float] | None = None
    """Standard deviation of each channel; null computes it from the training split."""
    in_memory: Literal["auto", "yes", "no"] = "auto"
    """Keep all images in memory as bytes; auto does so up to 1 GB."""
    num_workers: int | Literal["auto"] = "auto"
    """Processes that read images when they are not kept in memory."""

    def __post_init__(self) -> None:
        """Refuse shapes and shares that cannot be."""
        shape, shares = self.input_shape, self.train_val_test_split
        good = len(shape) == 3 and min(shape) > 0
        require(good, "data.input_shape", "must be [channels, height, width]")
        good = len(shares) == 3 and min(shares) > 0 and abs(sum(shares) - 1) < 1e-6
        require(good, "data.train_val_test_split", "must be three shares that sum to 1")
        for name in ("normalization_mean", "normalization_std"):
            values = getattr(self, name)
            good = values is None or len(values) == shape[0]
            require(good, f"data.{name}", "must have one value for each channel")
        std = self.normalization_std
        require(std is None or min(std) > 0, "data.normalization_std", "must be above 0")


@dataclass(frozen=True)
class Config:
    """All settings."""

    data: DataSettings = field(default_factory=DataSettings)
    """Data."""
    model: ModelSettings = field(default_factory=ModelSettings)
    """Model."""
    training: TrainingSettings = field(default_factory=TrainingSettings)
    """Training."""
    experiment: ExperimentSettings = field(default_factory=ExperimentSettings)
    """Experiment."""
