"""Images in one folder per class, such as `data/flowers/rose/1.jpg`."""

from functools import partial
from pathlib import Path

import torch

from ..engine.errors import UserError
from .samples import Samples, find_images, read_file
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Find every image; the folder that it lies in names its class.

    Raises:
        UserError: the folder is missing or has no images, or `data.class_names` do not fit.
    """
    root = Path(settings.dataset_path)
    place = f"data.dataset_path: {root} ({root.resolve()})"
    if not root.is_dir():
        raise UserError(f"{place} is no folder: this project reads one folder per class")
    files = {
        folder.name: [f"{folder.name}/{file.name}" for file in find_images(folder, "*")]
        for folder in sorted(root.iterdir())
        if folder.is_dir() and not folder.name.startswith((".", "__"))
    }
    if not any(files.values()):
        raise UserError(f"{place} needs folders with images, but has: {', '.join(files) or 'none'}")
    classes = settings.class_names or list(files)
    if unknown := sorted({*files} - {*classes}):
        raise UserError(f"data.class_names lacks the folders {unknown} in {root}")
    if deeper := find_images(root, "*/*/**/*"):
        print(f"warning: left out: {len(deeper)} images in folders of a class, as {deeper[0]}")
    found = [(i, name) for i, label in enumerate(classes) for name in files.get(label, [])]
    targets, names = torch.tensor([i for i, _ in found]), [name for _, name in found]
    return Samples(settings, partial(read_file, root), names, targets, classes)
