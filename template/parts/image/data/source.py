"""Images in one folder per class, such as `data/flowers/rose/1.jpg`."""

from pathlib import Path

import torch

from ..config import DataSettings
from ..errors import UserError
from .samples import SUFFIXES, ImageFiles, Samples


def load_samples(settings: DataSettings) -> Samples:
    """Find every image; the folder that it lies in names its class."""
    root = Path(settings.dataset_path)
    class_names = find_classes(root)
    if settings.class_names is not None:
        if differ := sorted({*settings.class_names} ^ {*class_names}):
            raise UserError(f"data.class_names and the folders in {root} differ by {differ}")
        class_names = settings.class_names
    files = {name: find_images(root / name) for name in class_names}
    if not all(files.values()):
        counts = ", ".join(f"{name} {len(found)}" for name, found in files.items())
        raise UserError(f"data.dataset_path: a class folder in {root} has no images: {counts}")
    names = [f"{name}/{file}" for name, found in files.items() for file in found]
    targets = [i for i, found in enumerate(files.values()) for _ in found]
    images = ImageFiles(root, names, settings.input_shape[0])
    return Samples(images, names, torch.tensor(targets), class_names)


def find_classes(root: Path) -> list[str]:
    """Return the folders in `root`, sorted by name."""
    place = f"data.dataset_path: {root} ({root.resolve()})"
    if not root.exists():
        raise UserError(f"{place} does not exist")
    if not root.is_dir():
        raise UserError(f"{place} is a file: this project reads one folder per class")
    folders = (entry.name for entry in root.iterdir() if entry.is_dir())
    names = sorted(name for name in folders if not name.startswith((".", "__")))
    if len(names) < 2:
        files = sorted(entry.name for entry in root.iterdir() if entry.is_file())
        raise UserError(
            f"{place} needs two folders or more, one for each class; it has folders "
            f"{names} and files {files[:3]}"
        )
    return names


def find_images(folder: Path) -> list[str]:
    """Return the names of the image files in `folder`, sorted."""
    files = (entry.name for entry in folder.iterdir() if entry.is_file())
    return sorted(
        name for name in files if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
    )
