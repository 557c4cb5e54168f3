"""A data set of the Hugging Face hub by its name, or one that `save_to_disk` wrote.

`name:configuration` chooses one of several, such as `nyu-mll/glue:sst2`.
"""

from pathlib import Path
from typing import Any

import datasets

from ...engine.errors import UserError

SPLITS = {"train": "train", "validation": "val", "valid": "val", "val": "val", "dev": "val"}
SPLITS |= {"test": "test"}


def open_splits(name: str) -> dict[str, Any]:
    """Load the data set; return those of its splits that train or evaluate.

    Raises:
        UserError: it cannot be loaded, or has no split that trains.
    """
    folder = Path(name)
    saved = any((folder / file).exists() for file in ("state.json", "dataset_dict.json"))
    path, _, chosen = name.partition(":") if not folder.exists() else (name, "", "")
    try:
        if saved:
            loaded = datasets.load_from_disk(name)
        else:
            loaded = datasets.load_dataset(path, chosen or None)
    except Exception as error:  # the hub's client passes on errors of other libraries
        problem = " ".join(str(error).split())
        raise UserError(
            f"data.dataset_path: {name!r} is no data set in {Path.cwd()}, or cannot be loaded, "
            f"and from the hub it needs a network the first time: {problem}"
        ) from error
    if isinstance(loaded, datasets.Dataset):
        return {"train": loaded}
    if "train" not in loaded:
        raise UserError(f"data.dataset_path: {name!r} has no split train, but {[*loaded]}")
    return {split: loaded[split] for split in loaded if split in SPLITS}
