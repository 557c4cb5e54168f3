"""Settings of the task: the section `task` of configs/config.yaml."""

from dataclasses import dataclass

from ..engine.settings import require

OUTPUTS = ".jsonl or .csv"  # files that predict.py writes
GENERATION = ("max_new_tokens", "temperature", "top_k", "top_p", "num_beams", "generation_seed")


@dataclass(frozen=True)
class TaskSettings:
    """The loss, and how texts are continued."""

    z_loss: float = 0.0  # weight of the squared log of the softmax's sum, which stays near 0; 0: no
    max_new_tokens: int = 200  # tokens that predict.py adds to a text, at most
    temperature: float = 0.8  # the lower, the more probable are drawn tokens; 0: the most probable
    top_k: int | None = None  # most probable tokens that are drawn from; null: all
    top_p: float | None = 0.95  # probability that these have together; null: all are drawn from
    num_beams: int = 1  # beams of a search for the most probable text, without draws; 1: none
    generation_seed: int = 0  # seed of the draws

    def __post_init__(self) -> None:
        """Refuse what no loss and no text can have."""
        require(self, "task", ["z_loss", "temperature", "generation_seed"], lambda x: x >= 0)
        counts = ["max_new_tokens", "top_k", "num_beams"]
        require(self, "task", counts, lambda value: value > 0)
        require(self, "task", ["top_p"], lambda value: 0 < value <= 1)
