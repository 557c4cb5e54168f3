"""Settings of the data: the section `data` of configs/config.yaml."""

from dataclasses import dataclass, field
from typing import Literal

from ..engine.settings import require

INPUTS = "tables, for each of whose rows there is a prediction"  # what predict.py takes
# Between a run and its --resume these may change freely, or not at all: `splits.csv` and the
# checkpoint have settled them.
MAY_CHANGE = {"dataset_path", "num_outputs", "max_unreadable"}
FIXED = {"train_val_test_split", "split_seed", "ignored_columns"}
FIXED |= {"column_kinds", "missing_values"}

Kind = Literal[
    "number", "decimal_point", "decimal_comma", "date", "day_first", "month_first", "category"
]


@dataclass(frozen=True)
class DataSettings:
    """Which table to use, what its columns mean, and how to split its rows."""

    dataset_path: str = "data/table.csv"  # file or name of the data set
    target_columns: list[str] | None = None  # columns to predict; null: the last one
    ignored_columns: list[str] = field(default_factory=list)  # columns that the model must not see
    column_kinds: dict[str, Kind] | None = None  # kinds by column; null: as they are found
    missing_values: list[str] = field(default_factory=list)  # more texts for a missing value
    #: if task == "classification"
    weighted_sampling: bool = False  # sample classes equally often in training, with replacement
    class_names: list[str] | None = None  # in the order of the outputs; null: as in the data
    #: endif
    num_outputs: int | None = None  # number of classes or targets; null: as found in the data
    train_val_test_split: list[float] = field(
        default_factory=lambda: [0.7, 0.15, 0.15]
    )  # fractions for train, val and test
    split_seed: int = 0  # seed of the split into train, val and test
    max_samples: int | None = None  # samples to use of each split at most; null: all
    max_unreadable: float = 0.01  # fraction of the rows that may be broken, and are left out

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        fractions = self.train_val_test_split
        if len(fractions) != 3 or not (min(fractions) > 0 and abs(sum(fractions) - 1) <= 1e-6):
            problem = "is not three fractions above 0 that sum to 1"
            raise ValueError(f"data.train_val_test_split {fractions} {problem}")
        #: if task == "classification"
        require(self, "data", ["class_names"], lambda names: len({*names}) == len(names))
        #: endif
        require(self, "data", ["max_samples", "num_outputs"], lambda value: value > 0)
        require(self, "data", ["max_unreadable"], lambda value: 0 <= value < 1)
