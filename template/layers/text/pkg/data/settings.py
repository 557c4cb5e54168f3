"""Settings of the data: the section `data` of configs/config.yaml."""

from dataclasses import dataclass, field

from ..engine.settings import require
from .target_settings import INPUTS, SETTLED, TargetSettings

__all__ = ["FIXED", "INPUTS", "MAY_CHANGE", "DataSettings"]

# Between a run and its --resume these may change freely, or not at all: `splits.csv` and the
# checkpoint have settled them.
MAY_CHANGE = {"dataset_path", "num_outputs", "max_unreadable"}
FIXED = {"train_val_test_split", "split_seed", "tokenizer", "vocab_size", "max_length", *SETTLED}


@dataclass(frozen=True)
class DataSettings(TargetSettings):
    """Which texts to use, how to split them, and how to make tokens of them."""

    dataset_path: str = "data"  # file, folder or name of the data set
    num_outputs: int | None = None  # number of classes or targets; null: as found in the data
    tokenizer: str = "bpe"  # bpe, unigram, characters, bytes, words: trained; or a published one
    vocab_size: int = 8192  # most tokens of a tokenizer that is trained
    max_length: int = 256  # most tokens that the model sees at once
    train_val_test_split: list[float] = field(
        default_factory=lambda: [0.7, 0.15, 0.15]
    )  # fractions for train, val and test
    split_seed: int = 0  # seed of the split into train, val and test
    max_samples: int | None = None  # samples to use of each split at most; null: all
    max_unreadable: float = 0.01  # fraction of the samples that may be broken, and are left out

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        super().__post_init__()
        fractions = self.train_val_test_split
        if len(fractions) != 3 or not (min(fractions) > 0 and abs(sum(fractions) - 1) <= 1e-6):
            problem = "is not three fractions above 0 that sum to 1"
            raise ValueError(f"data.train_val_test_split {fractions} {problem}")
        require(self, "data", ["tokenizer"], bool)
        require(self, "data", ["max_samples", "num_outputs", "vocab_size"], lambda x: x > 0)
        require(self, "data", ["max_length"], lambda value: value > 2)  # two may be special
        require(self, "data", ["max_unreadable"], lambda value: 0 <= value < 1)
