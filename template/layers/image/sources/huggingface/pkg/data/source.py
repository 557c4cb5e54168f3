"""A data set of the Hugging Face hub by its name, such as `beans`, or a local folder.

Its `train` split is used; the others stay untouched. A row is known by its image, wherever it
stands.
"""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

import datasets
from PIL import Image

from ..engine.errors import UserError
from ..task.targets import encode_targets
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Find the image and the targets by the types of the columns.

    Raises:
        UserError: the data set cannot be loaded, or its columns do not fit.
    """
    dataset = open_dataset(settings.dataset_path)
    types = dataset.features
    images = [name for name in types if isinstance(types[name], datasets.Image)]
    if len(images) != 1:
        raise UserError(f"data.dataset_path: one image column is needed, not {images}")
    columns = settings.target_columns or find_targets(types)
    others = [name for name in types if name not in images]
    if not columns or not {*columns} <= {*others}:
        raise UserError(f"data.target_columns: choose from {others}, not {columns}")
    places = [f"row/{index}" for index in range(len(dataset))]
    cells = {name: [as_cell(types[name], v) for v in dataset[name]] for name in columns}
    targets, output_names = encode_targets(settings, cells, places)
    stored = dataset.select_columns(images).cast_column(images[0], datasets.Image(decode=False))
    rows = number_rows(stored, images[0])
    read = partial(read_row, stored, images[0], rows)
    return Samples(settings, read, list(rows), targets, output_names)


def number_rows(stored: Any, column: str) -> dict[str, int]:
    """Return the number of each row by a hash of its image; equal ones are counted."""
    rows, counts = dict[str, int](), Counter[str]()
    for index, cell in enumerate(stored[column]):
        name = blake2b(read_bytes(cell), digest_size=8).hexdigest()
        counts[name] += 1
        rows[name if counts[name] == 1 else f"{name}.{counts[name]}"] = index
    return rows


def read_bytes(cell: Mapping[str, Any] | None) -> bytes:
    """Return the bytes of an image's file, or its path where that cannot be read."""
    if not cell:
        return b""
    path = Path(cell["path"] or "")
    return cell["bytes"] or (path.read_bytes() if path.is_file() else str(path).encode())


def read_row(stored: Any, column: str, rows: Mapping[str, int], name: str) -> Image.Image:
    """Open the image of a row.

    Raises:
        ValueError: the row has none, or Pillow cannot open it.
    """
    cell = stored[rows[name]][column]
    if not cell:
        raise ValueError(f"row {rows[name]} has no image")
    try:
        return Image.open(BytesIO(cell["bytes"]) if cell["bytes"] else cell["path"])
    except (OSError, ValueError) as error:
        raise ValueError(f"row {rows[name]}: {error}") from error


def find_targets(types: Any) -> list[str]:
    """Return the columns of classes or lists of them; without any, those of floats."""
    inner = {name: getattr(kind, "feature", kind) for name, kind in types.items()}
    classes = [n for n, kind in inner.items() if isinstance(kind, datasets.ClassLabel)]
    floats = [n for n in inner if "float" in str(getattr(inner[n], "dtype", ""))]
    return classes or floats


def as_cell(kind: Any, value: Any) -> str | list[str]:
    """Return a cell as the text that a CSV file would have, or a list of those."""
    if isinstance(value, list):
        return [as_text(kind.feature, each) for each in value]
    return as_text(kind, value)


def as_text(kind: Any, value: Any) -> str:
    """Return the name of a class, or any other value as text."""
    if isinstance(kind, datasets.ClassLabel):
        return "" if value in (None, -1) else str(kind.int2str(value))
    return "" if value is None else str(value)


def open_dataset(name: str) -> Any:
    """Load the split `train` from the folder `name`, or else from the hub."""
    folder = Path(name)
    try:
        if not [*folder.glob("state.json"), *folder.glob("dataset_dict.json")]:
            return datasets.load_dataset(name, split="train")
        saved = datasets.load_from_disk(name)
        return saved["train"] if isinstance(saved, dict) else saved
    except Exception as error:  # the hub's client passes on those of its libraries
        raise UserError(
            f"data.dataset_path: no split train in {folder.resolve()}, nor on the "
            f"hub, which needs a network the first time: {error!r}"
        ) from error
