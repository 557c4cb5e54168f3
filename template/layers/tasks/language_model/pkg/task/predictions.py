"""What a language model adds to a text, and how probable the text was."""

from functools import lru_cache
from typing import Any

from ..data.info import DataInfo
from ..data.schema import Schema
from ..data.tokenizer import Tokenizer
from ..records import write_csv, write_lines
from .objective import Continued

FORMATS = {".csv": write_csv, ".jsonl": write_lines}  # of files that predict.py writes


def answer(outputs: Continued, info: DataInfo) -> dict[str, Any]:
    """Return how a text goes on, of tokens [N], and the bits of each byte of it, if there are."""
    tokenizer = make_tokenizer(tuple(Schema(**info.schema).tokenizer.items()))
    found = {"continuation": tokenizer.decode(outputs.tokens.tolist())}
    bits = float(outputs.bits_per_byte)
    return found | ({"bits_per_byte": bits} if bits >= 0 else {})


@lru_cache(maxsize=1)
def make_tokenizer(values: tuple[tuple[str, Any], ...]) -> Tokenizer:
    """Return the tokenizer of a checkpoint, which takes its time to make."""
    return Tokenizer.from_dict(dict(values))
