"""A classification data set of torchvision by its name, such as `CIFAR10`.

Its training part is used; what torchvision keeps for testing stays untouched. An image is known
by its file, or by its pixels.
"""

import inspect
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torchvision import datasets

from ..engine.errors import UserError
from .samples import Samples
from .settings import DataSettings

FOLDER = Path("data")  # where torchvision keeps what it downloads
FILES = ("samples", "imgs", "_samples", "_image_files", "_images")  # lists of them in its sets


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
    items = number_items(dataset, len(targets))
    read = partial(read_item, dataset, items)
    return Samples(settings, read, list(items), targets.long(), class_names)


def number_items(dataset: Any, count: int) -> dict[str, int]:
    """Return the number of each image by its file, or by a hash of its pixels, counted."""
    items, counts = dict[str, int](), Counter[str]()
    for index, name in enumerate(find_files(dataset, count) or hash_pixels(dataset, count)):
        counts[name] += 1
        items[name if counts[name] == 1 else f"{name}.{counts[name]}"] = index
    return items


def find_files(dataset: Any, count: int) -> list[str]:
    """Return the path of each image below `FOLDER`, or nothing where images are no files."""
    for attribute in FILES:
        found = getattr(dataset, attribute, None)
        if isinstance(found, list) and len(found) == count:
            files = [each[0] if isinstance(each, tuple) else each for each in found]
            if all(isinstance(file, str | os.PathLike) for file in files):
                return [Path(os.path.relpath(file, FOLDER)).as_posix() for file in files]
    return []


def hash_pixels(dataset: Any, count: int) -> Iterator[str]:
    """Yield a hash of each image's pixels."""
    pixels = getattr(dataset, "data", None)
    for index in range(count):
        one = dataset[index][0] if pixels is None else pixels[index]
        content = one.tobytes() if hasattr(one, "tobytes") else one.numpy().tobytes()
        yield blake2b(content, digest_size=8).hexdigest()


def read_item(dataset: Any, items: Mapping[str, int], name: str) -> Image.Image:
    """Return the image that is called `name`."""
    image: Image.Image = dataset[items[name]][0]
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
