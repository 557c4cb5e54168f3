"""Images in one folder per class, such as `data/flowers/rose/1.jpg`."""

from functools import partial
from pathlib import Path

import torch

from ..config import DataSettings
from ..errors import UserError
from .samples import Samples, find_images, read_file


def load_samples(settings: DataSettings) -> Samples:
    """Find every image; the folder that it lies in names its class."""
    root = Path(settings.dataset_path)
    place = f"data.dataset_path: {root} ({root.resolve()})"
    if not root.is_dir():
        raise UserError(f"{place} is no folder: this project reads one folder per class")
    folders = (entry for entry in sorted(root.iterdir()) if entry.is_dir())
    files = {
        folder.name: [f"{folder.name}/{file.name}" for file in find_images(folder, "*")]
        for folder in folders
        if not folder.name.startswith((".", "__"))
    }
    if len(files) < 2 or not all(files.values()):
        counts = ", ".join(f"{name} {len(found)}" for name, found in files.items())
        raise UserError(f"{place} needs two folders of images or more, not: {counts or 'none'}")
    class_names = settings.class_names or list(files)
    if differ := sorted({*class_names} ^ {*files}):
        raise UserError(f"data.class_names and the folders in {root} differ by {differ}")
    names = [name for class_name in class_names for name in files[class_name]]
    targets = [i for i, class_name in enumerate(class_names) for _ in files[class_name]]
    return Samples(partial(read_file, root), names, torch.tensor(targets), class_names)
