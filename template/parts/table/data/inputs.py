"""Rows to predict for: tables with the columns of the training."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from torch import Tensor

from ..config import DataSettings
from ..errors import UserError
from .columns import Columns
from .files import read_table
from .info import DataInfo


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[str, Tensor | UserError]]:
    """Yield every row, named `file:row`, as the model sees it [F]; or what is wrong with a file."""
    for path in paths:
        try:
            rows = Columns.from_dict(info.columns).encode(read_table(Path(path), "INPUT"))
        except UserError as error:
            yield path, error
        else:
            yield from ((f"{path}:{number}", row) for number, row in enumerate(rows, 1))
