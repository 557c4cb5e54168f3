"""What the tokens that are generated for one source say: a text."""

from typing import Any

from torch import Tensor

from ..data.info import DataInfo
from ..data.vocabulary import load_vocabulary
from ..records import write_csv, write_lines

FORMATS = {".csv": write_csv, ".jsonl": write_lines}  # of files that predict.py writes


def answer(outputs: Tensor, info: DataInfo) -> dict[str, Any]:
    """Return the text of generated tokens [L], -1 beyond the end."""
    [text] = load_vocabulary(info.schema).read(outputs[None])
    return {"prediction": text}
