"""The images and categories of all COCO files of a data set."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .annotated_sizes import as_size, fill_sizes
from .coco import LEFT_OUT, Coco, as_key, read_categories, read_coco
from .coco_files import find_files, folders_of, locate
from .image_files import shown


class CocoSet(NamedTuple):
    """N images in all files. F files, one for each split, or one alone."""

    root: Path  # where names start from
    files: list[Coco]  # F
    numbers: list[dict[Any, int]]  # F: number of each image by its id there, or `LEFT_OUT`
    categories: dict[int, str]  # names by their ids, sorted by these: class 0, class 1, ...
    names: list[str]  # N paths, no two the same
    ids: list[int | str]  # N
    sizes: NDArray[np.int64]  # [N, 2] width and height as annotated, or of the file; 0: not known
    splits: list[str]  # N; "": nobody says
    broken: dict[str, str]  # place of a record: why it is left out


class Images(NamedTuple):
    """The images of the files so far."""

    numbers: dict[str, int]  # of each image by its path from the root
    ids: list[int | str]
    sizes: list[tuple[int, int]]
    splits: list[str]
    broken: dict[str, str]


def read_set(path: Path) -> CocoSet:
    """Read the COCO files at `path`, a file or a folder; find their images.

    Raises:
        UserError: there is no COCO file or no image, or ids, names or splits contradict.
    """
    root, found = find_files(path)
    files = [read_coco(file, str(file.relative_to(root))) for file in found]
    images, numbers = Images({}, [], [], [], {}), []
    for (file, split), content in zip(found.items(), files, strict=True):
        folders = folders_of(file, root, split)
        numbers.append(add_images(images, content, folders, root, split))
    names = list(images.numbers)
    written = np.array(images.sizes, np.int64).reshape(-1, 2)
    sizes = fill_sizes(root, names, written)
    categories = read_categories(files)
    _, ids, _, splits, broken = images
    return CocoSet(root, files, numbers, categories, names, ids, sizes, splits, broken)


def add_images(
    images: Images, file: Coco, folders: list[Path], root: Path, split: str
) -> dict[Any, int]:
    """Add the images of a file; return the number of each by its id, or `LEFT_OUT`."""
    numbers, names = dict[Any, int](), dict[int, str]()  # names by the position of their record
    for position, record in enumerate(file.images):
        place = f"{file.name} images[{position}]"
        id_, name = as_key(record.get("id")), record.get("file_name")
        if id_ is None or not isinstance(name, str) or not name:
            images.broken[place] = f"{place}: it needs an id and a file_name"
        elif id_ in numbers:
            images.broken[place] = f"{place}: {shown(name)} has the id of another image, {id_}"
        else:
            numbers[id_], names[position] = LEFT_OUT, name.replace("\\", "/")
    paths = locate([*names.values()], folders, root)
    for position, path in zip(names, paths, strict=True):
        record = file.images[position]
        if path in images.numbers:
            place, first = f"{file.name} images[{position}]", images.ids[images.numbers[path]]
            problem = f"{shown(path)} stands there before, with id {first}"
            images.broken[place] = f"{place}: {problem}: its objects are left out, too"
            continue
        numbers[record["id"]] = images.numbers[path] = len(images.ids)
        images.ids.append(record["id"])
        images.sizes.append(as_size(record.get("width"), record.get("height")))
        images.splits.append(split)
    return numbers
