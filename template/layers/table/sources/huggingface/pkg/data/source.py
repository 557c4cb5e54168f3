"""A table of the Hugging Face hub by its name, or in a local folder.

Its `train` split is used; the others stay untouched.
"""

from pathlib import Path

import datasets
import pandas as pd

from ..engine.errors import UserError
from .schema import Schema
from .settings import DataSettings


def load_frame(settings: DataSettings, schema: Schema | None = None) -> pd.DataFrame:
    """Load every row; numbers of classes become their names, and columns have types already."""
    dataset = open_dataset(settings.dataset_path)
    frame = pd.DataFrame(dataset.to_pandas())
    for name, kind in dataset.features.items():
        if isinstance(kind, datasets.ClassLabel):
            words = dict(enumerate(kind.names))  # -1, no class, is not among them
            frame[name] = frame[name].map(words)
    if frame.empty:
        raise UserError(f"data.dataset_path: {settings.dataset_path!r} has no rows")
    frame.index += 1  # rows are counted from 1 on
    return frame


def open_dataset(name: str) -> datasets.Dataset:
    """Load `name` from disk, or from the hub where it is no folder."""
    folder = Path(name)
    kept = (folder / "state.json").exists() or (folder / "dataset_dict.json").exists()
    try:
        found = datasets.load_from_disk(name) if kept else datasets.load_dataset(name)
    except Exception as error:  # the hub's client passes on errors of other libraries
        raise UserError(
            f"data.dataset_path: {name!r} is no folder in {Path.cwd()}, or cannot be "
            f"loaded, and from the hub it needs a network the first time: {error}"
        ) from error
    if isinstance(found, datasets.Dataset):
        return found
    if "train" not in found:
        raise UserError(f"data.dataset_path: {name!r} has no split train, but {[*found]}")
    return found["train"]
