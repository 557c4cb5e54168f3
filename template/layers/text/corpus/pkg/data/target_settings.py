"""Settings of a corpus alone: a part of the section `data`."""

from dataclasses import dataclass
from typing import Literal

INPUTS = "texts to go on with: .txt files, one each, or .jsonl files with `prompt` or `text`"
SETTLED = {"streaming"}  # what a checkpoint has settled, and --resume cannot change


@dataclass(frozen=True)
class TargetSettings:
    """How the texts come to the model, `max_length` tokens at once: they are their own targets."""

    streaming: bool | Literal["auto"] = "auto"  # read texts as they are needed; auto: large ones

    def __post_init__(self) -> None:
        """Refuse nothing: types are checked before."""
