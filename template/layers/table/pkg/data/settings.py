"""Every setting of this project: `data` here, the other sections beside it."""

from dataclasses import dataclass, field

from ..engine.settings import ExperimentSettings
from ..models.settings import ModelSettings
from ..engine.settings import TrainingSettings, require


@dataclass(frozen=True)
class DataSettings:
    """Which table, and which of its columns mean what."""

    dataset_path: str = "data/table.csv"  # file or name of the data set
    target_columns: list[str] | None = None  # columns to predict; null: the last one
    ignored_columns: list[str] = field(default_factory=list)  # not to be seen, such as a number
    #: if task == "classification"
    weighted_sampling: bool = False  # draw all classes as often in training, with replacement
    class_names: list[str] | None = None  # in the order of the outputs; null: as in the data
    #: endif
    num_outputs: int | None = None  # classes or targets; null: as many as the data have
    train_val_test_split: list[float] = field(default_factory=lambda: [0.7, 0.15, 0.15])  # shares
    split_seed: int = 0  # fixes which sample goes where
    max_samples: int | None = None  # samples of each split to use at most; null: all
    max_unreadable: float = 0.01  # share of the rows that may be left out: they are broken

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        shares = self.train_val_test_split
        if len(shares) != 3 or not (min(shares) > 0 and abs(sum(shares) - 1) <= 1e-6):
            raise ValueError(f"data.train_val_test_split {shares} is not three shares of 1")
        #: if task == "classification"
        require(self, "data", ["class_names"], lambda names: len({*names}) == len(names))
        #: endif
        require(self, "data", ["max_samples", "num_outputs"], lambda value: value > 0)
        require(self, "data", ["max_unreadable"], lambda value: 0 <= value < 1)


@dataclass(frozen=True)
class Config:
    """All settings."""

    data: DataSettings = field(default_factory=DataSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    experiment: ExperimentSettings = field(default_factory=ExperimentSettings)
