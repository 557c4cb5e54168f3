"""Settings of pairs of texts: a part of the section `data`."""

from dataclasses import dataclass

from ..engine.settings import require

INPUTS = "files of sources (.txt, a text a line), tables with a column of them, folders of such"
SETTLED = {"source_column", "target_column", "target_tokenizer", "max_target_length"}  # by a run


@dataclass(frozen=True)
class TargetSettings:
    """Where sources and targets stand, and how targets become tokens."""

    source_column: str | None = None  # column to read; null: as found (source, input, …, or 1st)
    target_column: str | None = None  # column to write; null: as found (target, summary, …, or 2nd)
    target_tokenizer: str | None = None  # a second tokenizer, for targets; null: they share one
    max_target_length: int = 128  # most tokens of a target; what is beyond is cut off

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        require(self, "data", ["target_tokenizer"], bool)
        require(self, "data", ["max_target_length"], lambda value: value > 1)
        if self.source_column and self.source_column == self.target_column:
            raise ValueError(f"data.target_column: {self.target_column!r} is the source column")
