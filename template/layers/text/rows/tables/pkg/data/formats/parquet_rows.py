"""Rows of a Parquet file; numbers of classes become their names where the file has these."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from .json_rows import FileRows

INDEX = "__index_level_0__"  # that pandas writes


def read_parquet(path: Path) -> FileRows:
    """Read every row; cells are texts, numbers, lists or objects.

    Raises:
        OSError: the file cannot be opened.
        ValueError: it is broken.
    """
    with pq.ParquetFile(path) as file:
        table = file.read()
    said, columns = list[str](), dict[str, list[Any]]()
    features = features_of(table.schema)
    for name in table.column_names:
        kind = table.schema.field(name).type
        if name == INDEX:
            continue
        if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            said.append(f"column {name!r} holds bytes, and is left out")
            continue
        names = class_names(features.get(name))
        cells = table.column(name).to_pylist()
        columns[name] = [name_class(cell, names) for cell in cells] if names else cells
    numbers = list(range(1, table.num_rows + 1))
    return FileRows(columns, numbers, [], said, {"format": "parquet"}, "row")


def features_of(schema: Any) -> dict[str, Any]:
    """Return what the library datasets notes of the columns of its files."""
    noted = (schema.metadata or {}).get(b"huggingface")
    try:
        found = json.loads(noted)["info"]["features"] if noted else {}
    except (ValueError, KeyError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}


def class_names(feature: Any) -> list[str]:
    """Return the names of the classes in a column, or in its lists; none for other columns."""
    while isinstance(feature, dict) and "feature" in feature:
        feature = feature["feature"]
    if isinstance(feature, list) and feature:
        feature = feature[0]
    known = isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
    return [str(name) for name in feature["names"]] if known else []


def name_class(cell: Any, names: list[str]) -> Any:
    """Return the name of a class, or those of a list; None for -1, which is no class."""
    if isinstance(cell, list):
        return [name_class(each, names) for each in cell]
    known = isinstance(cell, int) and 0 <= cell < len(names)
    return names[cell] if known else None
