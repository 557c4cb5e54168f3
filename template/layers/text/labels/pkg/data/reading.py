"""Whether a cell of a row is a text, and where the texts and targets of rows are."""

from collections.abc import Sequence
from typing import Any

from ..engine.errors import UserError
from .found import Found, find_column, is_missing, require_column
from .schema import Schema
from .settings import DataSettings

# Names of columns, the likeliest first; case, blanks and underlines do not matter.
TEXTS = "text sentence review reviewtext reviewbody content comment commenttext document body"
TEXTS += " message tweet utterance description abstract article post headline title question"
TEXTS += " query passage"
TARGETS = "label labels target class category categories sentiment intent topic emotion language"
TARGETS += " lang rating stars score tags genre labelname classname labelsname y"


def find_text(found: Found, settings: DataSettings, schema: Schema | None, said: list[str]) -> str:
    """Return the column of the texts: as it is set, as it was in training, or by its name.

    Raises:
        UserError: there is no such column, or none that holds texts.
    """
    columns = [*found.columns]
    if settings.text_column:
        require_column(columns, settings.text_column, "data.text_column asks for")
        return settings.text_column
    if schema and schema.columns["text"] in columns:
        return str(schema.columns["text"])
    taken = {*(settings.target_columns or ())}
    name = find_column(columns, TEXTS.split(), taken)
    if name is None:
        lengths = {x: mean_words(found.columns[x]) for x in columns if x not in taken}
        name = max(lengths, key=lengths.__getitem__, default="")
        if not lengths.get(name):
            raise UserError(f"data.text_column: no column of {columns} holds texts: name one")
    if len(columns) > 1:
        said.append(f"the texts are those of column {name!r} (data.text_column)")
    return name


def mean_words(cells: Sequence[Any]) -> float:
    """Return how many words a cell has on average; numbers are none."""
    words = sum(
        len(cell.split()) for cell in cells if isinstance(cell, str) and not is_number(cell)
    )
    return words / max(1, len(cells))


def is_number(cell: str) -> bool:
    """Say whether a cell is a number."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def find_targets(
    found: Found, text: str, settings: DataSettings, schema: Schema | None, said: list[str]
) -> list[str]:
    """Return the columns to predict: as they are set, as they were in training, or by a name.

    Raises:
        UserError: one that is set is missing, or nothing tells which column it is.
    """
    columns = [name for name in found.columns if name != text]
    for name in settings.target_columns or ():
        require_column(columns, name, "data.target_columns asks for")
    if settings.target_columns:
        return settings.target_columns
    if schema and {*schema.columns["targets"]} <= {*columns}:
        return [*schema.columns["targets"]]
    target = find_column(columns, TARGETS.split()) or (columns[0] if len(columns) == 1 else None)
    if target is None:
        others = f"{columns}: name it" if columns else f"{text!r} is the only one"
        raise UserError(f"data.target_columns: which column is the target? {others}")
    rest = [other for other in columns if other != target]
    unused = f"; {', '.join(map(repr, rest))} not used" if rest else ""
    said.append(f"the targets are those of column {target!r} (data.target_columns){unused}")
    return [target]


def why_no_text(cell: Any, column: str) -> str:
    """Say why a cell of a column is no text; "" if it is one."""
    if is_missing(cell):
        return f"the text is empty, column {column!r}"
    if not isinstance(cell, str | int | float):
        return f"the text is no text but {type(cell).__name__}, column {column!r}"
    try:
        str(cell).encode()
    except UnicodeError:
        return f"the text holds half a character (a surrogate), column {column!r}"
    return ""


def why_no_target(cell: Any, column: str) -> str:
    """Say why a cell of a column is no target; "" if it may be one."""
    #: if objective != "multi_label"
    if is_missing(cell):
        return f"the target is missing, column {column!r}"
    #: endif
    return ""
