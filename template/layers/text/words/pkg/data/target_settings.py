"""Settings of the words and of their labels: a part of the section `data`."""

from dataclasses import dataclass

INPUTS = "files of sentences (.txt, a sentence a line; .conll), tables of them, and folders"
SETTLED = {"word_column", "tag_column"}  # what a checkpoint has settled, and --resume cannot change


@dataclass(frozen=True)
class TargetSettings:
    """Where the words and their labels stand, and what the labels are called."""

    word_column: str | None = None  # column of the words; null: as found (tokens, words, …)
    tag_column: str | None = None  # column of their labels; null: as found (ner_tags, tags, …)
    class_names: list[str] | None = None  # labels in order, or kinds of entities; null: as found

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        if self.class_names and len({*self.class_names}) < len(self.class_names):
            raise ValueError(f"data.class_names cannot be {self.class_names}")
