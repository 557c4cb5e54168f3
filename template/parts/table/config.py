"""Every setting of this project: `data` here, the other sections beside it."""

from dataclasses import dataclass, field

from .models.settings import ModelSettings
from .settings import ExperimentSettings, TrainingSettings, require


@dataclass(frozen=True)
class DataSettings:
    """Which table, and which of its columns mean what."""

    dataset_path: str = "data/table.csv"
    """File or name of the data set."""
    target_columns: list[str] | None = None
    """Columns to predict; null takes the last one."""
    ignored_columns: list[str] = field(default_factory=list)
    """Columns that the model must not see, such as an identifier."""
    #: if task == "classification"
    class_names: list[str] | None = None
    """Names in the order of the model's outputs; null takes them from the data."""
    #: endif
    train_val_test_split: list[float] = field(default_factory=lambda: [0.7, 0.15, 0.15])
    """Shares of the samples that train, validate and test."""
    split_seed: int = 0
    """Number that fixes which sample goes where."""
    max_samples: int | None = None
    """Samples of each split to use at most; null uses all."""

    def __post_init__(self) -> None:
        """Refuse shares and counts that cannot be."""
        shares, most = self.train_val_test_split, self.max_samples
        good = len(shares) == 3 and min(shares) > 0 and abs(sum(shares) - 1) < 1e-6
        require(good, "data.train_val_test_split", "must be three shares that sum to 1")
        require(most is None or most > 0, "data.max_samples", "must be above 0")


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
