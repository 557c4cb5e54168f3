"""Settings of the texts' columns and of their targets: a part of the section `data`."""

from dataclasses import dataclass

INPUTS = "files of texts (.txt, a text a line), tables with a column of texts, and folders of them"
SETTLED = {"text_column"}  # what a checkpoint has settled, and --resume cannot change


@dataclass(frozen=True)
class TargetSettings:
    """Where the texts and the targets stand, and what the targets are called."""

    text_column: str | None = None  # column of the texts; null: as found (text, review, …)
    target_columns: list[str] | None = None  # columns to predict; null: as found (label, class, …)
    #: if has_classes
    class_names: list[str] | None = None  # in the order of the outputs; null: as in the data
    #: endif
    #: if objective == "multi_label"
    label_delimiter: str | None = None  # between labels in one cell; null: as found (; | , or list)
    #: endif
    #: if objective == "single_label"
    weighted_sampling: bool = False  # sample classes equally often in training, with replacement
    #: endif

    def __post_init__(self) -> None:
        """Refuse what no data can have."""
        #: if has_classes
        if self.class_names and len({*self.class_names}) < len(self.class_names):
            raise ValueError(f"data.class_names cannot be {self.class_names}")
        #: endif
