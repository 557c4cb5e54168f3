"""A classification data set of torchvision by its name, such as `CIFAR10`.

Its training part is used; what torchvision keeps for testing stays untouched.
"""

import inspect
from functools import partial
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torchvision import datasets

from ..engine.errors import UserError
from .samples import Samples
from .settings import DataSettings

FOLDER = Path("data")  # where torchvision keeps what it downloads


def load_samples(settings: DataSettings) -> Samples:
    """Download the data set if it is not in `FOLDER` yet.

    Raises:
        UserError: the data set cannot be loaded, or has not one class for each image.
    """
    dataset = open_dataset(settings.dataset_path)
    labels = getattr(dataset, "targets", getattr(dataset, "labels", None))
    if labels is None:
        labels = [target for _, target in dataset]
    targets = torch.as_tensor(labels)
    if targets.ndim != 1 or targets.is_floating_point():
        raise UserError(f"data.dataset_path: {settings.dataset_path} has no single class per image")
    count = int(targets.max()) + 1
    known = list(getattr(dataset, "classes", map(str, range(count))))
    class_names = settings.class_names or known
    if len(class_names) < count:
        raise UserError(f"data.class_names: {count} names are needed, one per class")
    names = [f"{settings.dataset_path}/{index}" for index in range(len(targets))]
    return Samples(settings, partial(read_item, dataset), names, targets.long(), class_names)


def read_item(dataset: Any, name: str) -> Image.Image:
    """Return the image of the number that ends a name."""
    image: Image.Image = dataset[int(name.rpartition("/")[2])][0]
    return image


def open_dataset(name: str) -> Any:
    """Return the training part of torchvision's data set `name`."""
    kind = getattr(datasets, name, None) if name in datasets.__all__ else None
    if kind is None:
        raise UserError(f"data.dataset_path: torchvision.datasets has no {name!r}")
    wanted = {"root": FOLDER, "train": True, "split": "train", "download": True}
    taken = inspect.signature(kind).parameters
    try:
        return kind(**{key: wanted[key] for key in wanted if key in taken})
    except Exception as error:  # no network, no space, a set that needs more arguments
        raise UserError(
            f"data.dataset_path: torchvision could not load {name} into "
            f"{FOLDER.resolve()}; the first time it needs a network: {error}"
        ) from error
