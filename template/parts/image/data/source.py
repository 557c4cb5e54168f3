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
    files = {
        folder.name: [f"{folder.name}/{file.name}" for file in find_images(folder, "*")]
        for folder in sorted(root.iterdir())
        if folder.is_dir() and not folder.name.startswith((".", "__"))
    }
    if len(files) < 2 or not all(files.values()):
        counts = ", ".join(f"{name} {len(found)}" for name, found in files.items())
        raise UserError(f"{place} needs two folders of images or more, not: {counts or 'none'}")
    classes = settings.class_names or list(files)
    if differ := sorted({*classes} ^ {*files}):
        raise UserError(f"data.class_names and the folders in {root} differ by {differ}")
    names = [name for class_name in classes for name in files[class_name]]
    targets = torch.tensor([i for i, name in enumerate(classes) for _ in files[name]])
    return Samples(settings, partial(read_file, root), names, targets, classes)
