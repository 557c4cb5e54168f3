"""Settings of the task: the section `task` of configs/config.yaml."""

from dataclasses import dataclass

from ..engine.settings import require

OUTPUTS = ".csv or .jsonl"  # files that predict.py writes


@dataclass(frozen=True)
class TaskSettings:
    """How the loss sees the targets, and how texts are generated."""

    label_smoothing: float = 0.0  # probability that is spread evenly over the vocabulary
    generate: bool = True  # whether a validation generates texts, greedily, to measure them
    # How evaluate.py and predict.py generate:
    max_new_tokens: int | None = None  # longest text, in tokens; null: as the longest that trains
    num_beams: int = 1  # texts that are followed at once; 1: greedy, or sampled
    length_penalty: float = 1.0  # above 0, beams prefer longer texts; below 0, shorter ones
    temperature: float = 0.0  # of the distribution that tokens are drawn from; 0: none is drawn
    top_k: int | None = None  # most probable tokens to draw from; null: all
    generation_seed: int = 0  # decides what is drawn

    def __post_init__(self) -> None:
        """Refuse what no loss and no search can use."""
        require(self, "task", ["label_smoothing"], lambda value: 0 <= value < 1)
        require(self, "task", ["max_new_tokens", "num_beams", "top_k"], lambda value: value > 0)
        require(self, "task", ["temperature"], lambda value: value >= 0)
        if self.num_beams > 1 and self.temperature > 0:
            raise ValueError("task.temperature has to be 0 where task.num_beams is above 1")
