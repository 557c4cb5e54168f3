"""Which file is an image and which its mask: by the folders that they lie in, and by their names.

`train/images/city/7_image.jpg` has the mask `train/masks/city/7_mask.png`. The folders of the
splits may lie in those of images and masks, too, or be one with them, as `train_masks`.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from ...engine.errors import UserError
from ..findings import Finding
from .image_files import SPLITS, shown
from .image_sets import find_lists, read_lists
from .mask_names import MASK_ENDINGS, MASKS, NO_MASKS

IMAGES = {"image", "images", "img", "imgs", "jpegimages", "leftimg8bit", "photos", "rgb"}
IMAGE_ENDINGS = ("_leftimg8bit", "_image", "_img", "_rgb", "_sat")
WANTED = "a folder of images (such as images, img, JPEGImages) and one of masks (masks, labels)"


class File(NamedTuple):
    """An image or a mask."""

    path: str  # from the root
    split: str  # train, val or test, as a folder says; or ""
    key: str  # the path below those folders, without suffix
    short: str  # the same without what only images or only masks end in


class Pairs(NamedTuple):
    """The images that have a mask."""

    images: list[str]  # N paths from the root
    masks: list[str]  # N
    splits: list[str]  # N, "" where no folder says
    findings: list[Finding]  # images without mask, masks without image
    broken: dict[str, str]  # place of a line in a list: why it does not count


def sort_files(paths: Iterable[str]) -> tuple[list[File], list[File]]:
    """Return the images and the masks; files in other folders are neither."""
    images, masks = list[File](), list[File]()
    for path in paths:
        role, split, rest = read_folders(path)
        key = str(PurePosixPath(rest).with_suffix(""))
        lower = key.lower()
        if role == "images":
            images.append(File(path, split, key, cut(key, IMAGE_ENDINGS)))
        elif role == "masks" and not lower.endswith(NO_MASKS):
            masks.append(File(path, split, key, cut(key, MASK_ENDINGS)))
    return images, masks


def read_folders(path: str) -> tuple[str, str, str]:
    """Return what the first folders say of a file: images or masks, and a split; and the rest."""
    parts, role, split = path.split("/"), "", ""
    while len(parts) > 1:
        words = re.split(r"[\W_]+", parts[0].lower())
        splits = [SPLITS[word] for word in words if word in SPLITS]
        rest = "".join(word for word in words if word not in SPLITS)
        found = "images" if rest in IMAGES else "masks" if rest in MASKS else ""
        if (rest and not found) or (found and role) or (splits and split):
            break
        role, split = found or role, splits[0] if splits else split
        del parts[0]
    return role, split, "/".join(parts)


def cut(key: str, endings: Sequence[str]) -> str:
    """Return a name without the ending that it has."""
    return next((key[: -len(x)] for x in endings if key.lower().endswith(x)), key)


def pair_files(root: Path, paths: Iterable[str], others: Iterable[str]) -> Pairs:
    """Return each image with its mask.

    Args:
        root: Folder that paths start from.
        paths: Files that Pillow opens.
        others: Those that it does not.

    Raises:
        UserError: there are no images, no masks or no pairs, or the splits are not clear.
    """
    images, masks = sort_files(paths)
    place = f"data.dataset_path: {root} ({root.resolve()})"
    if not images or not masks:
        missing = "folder of images" if masks else "folder of masks" if images else "such folders"
        closed = [path for path in others if read_folders(path)[0]]
        hint = f"; Pillow opens no {PurePosixPath(closed[0]).suffix}" if closed else ""
        raise UserError(f"{place} has no {missing}: this project reads {WANTED}{hint}")
    images, masks, found = keep_listed(root, images, masks)
    match(images, masks, found)
    if not found.images:
        both = f"{shown(images[0].path)} and {shown(masks[0].path)}"
        problem = f"no image has a mask, among them {both}"
        raise UserError(f"{place}: {problem}: they are paired by their names up to the suffix")
    check_splits(place, found)
    return found


def keep_listed(
    root: Path, images: list[File], masks: list[File]
) -> tuple[list[File], list[File], Pairs]:
    """Return the files that lists of Pascal VOC name, if there are any, with their splits.

    What the lists say is added to pairs that are still empty. Folders of splits count before lists.
    """
    found, lists = Pairs([], [], [], [], {}), find_lists(root, ("Segmentation", "Main"))
    if not lists or any(image.split for image in images):
        return images, masks, found
    known = {image.key for image in images}
    listed = read_lists(lists, root, known, "image {}")
    found.broken.update(listed.broken)
    if unlisted := len(known) - len(listed.splits):
        problem = f"images that are in no list: {unlisted:,} of {len(known):,}: they are not used"
        place = next(iter(lists.values())).parent.relative_to(root).as_posix()
        found.findings.append(Finding("note", place, problem, "list them, if they should be"))
    images, masks = (
        [x._replace(split=listed.splits[x.short]) for x in files if x.short in listed.splits]
        for files in (images, masks)
    )
    return images, masks, found


def match(images: Sequence[File], masks: Sequence[File], found: Pairs) -> None:
    """Add each image with its mask to `found`, and which files have no partner."""
    known = defaultdict[tuple[str, str], list[File]](list)  # by split and name, long or short
    for mask in masks:
        for name in {mask.key, mask.short}:
            known[mask.split, name].append(mask)
    used = set[str]()
    for image in images:
        candidates = known.get((image.split, image.key)) or known.get((image.split, image.short))
        chosen, problem = choose(candidates or [])
        used |= {mask.path for mask in candidates or []}
        if problem:
            found.findings.append(Finding("warning", shown(image.path), problem, "it is left out"))
            continue
        found.images.append(image.path)
        found.masks.append(chosen)
        found.splits.append(image.split)
    for mask in masks:
        if mask.path not in used:
            problem, remedy = "is of no image", "add the image, or remove it"
            found.findings.append(Finding("warning", shown(mask.path), problem, remedy))


def choose(masks: Sequence[File]) -> tuple[str, str]:
    """Return the mask of an image, or why it has none."""
    if not masks:
        return "", "has no mask"
    ranks = {mask.path: rank(mask.path) for mask in masks}
    best = [path for path, place in ranks.items() if place == min(ranks.values())]
    if len(best) > 1:
        return "", f"has more than one mask: {' and '.join(map(shown, best))}"
    return best[0], ""


def rank(path: str) -> int:
    """Return the place of a mask's ending; one without any comes first."""
    stem = PurePosixPath(path).stem.lower()
    places = [i for i, ending in enumerate(MASK_ENDINGS, 1) if stem.endswith(ending)]
    return places[0] if places else 0


def check_splits(place: str, found: Pairs) -> None:
    """Look whether all images or none lie in folders of splits.

    Raises:
        UserError: it is some of them.
    """
    splits: dict[str, str] = {}
    for split, path in zip(found.splits, found.images, strict=True):
        splits.setdefault(split, path)
    if "" in splits and len(splits) > 1:
        other = next(path for split, path in splits.items() if split)
        both = f"{shown(other)} is of a split, and {shown(splits[''])} of none"
        raise UserError(f"{place}: {both}: move it elsewhere")
