"""Images in one folder and masks in another whose values are objects, paired by their names.

0 is the background, and so is 255 in a palette.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np

from ..engine.errors import UserError
from .annotations import Annotations, make_samples
from .formats.id_classes import VOID_NAME, IdClasses, find_classes
from .formats.id_pixels import IdMask, Region, read_mask
from .formats.image_files import shown
from .formats.paired_images import find_pairs, given_splits, read_upright
from .formats.run_lengths import measure
from .rows import Rows
from .samples import Samples
from .settings import DataSettings

PIECES = 0.5  # fraction of the values that lie in pieces from which on they look like classes


def load_samples(settings: DataSettings) -> Samples:
    """Find every image with its mask, and the objects in each.

    Raises:
        UserError: there are no pairs, no mask can be used, or their values look like classes.
    """
    root, pairs, left_out = find_pairs(Path(settings.dataset_path))
    classes = find_classes(settings)
    masks, broken = read_masks(root, pairs.masks)
    if not settings.id_classes:
        check_ids(root, masks)
    kept = [i for i, name in enumerate(pairs.masks) if name in masks]
    images, splits = [pairs.images[i] for i in kept], given_splits(pairs)
    rows, unnamed = make_rows(masks, classes)
    found = Annotations(
        names=images,
        sizes=np.array([each.size for each in masks.values()], np.int64),
        image_ids=[*images],
        categories=dict(enumerate(classes.names)),
        rows=rows,
        splits=[splits[i] for i in kept] if splits else [],
        broken={**pairs.broken, **broken, **unnamed},
        findings=pairs.findings,
        left_out=left_out,
    )
    drawn_on = dict(zip(pairs.images, pairs.masks, strict=True))
    return make_samples(settings, partial(read_upright, root, drawn_on), found)


def read_masks(root: Path, names: list[str]) -> tuple[dict[str, IdMask], dict[str, str]]:
    """Return the masks by name, and why others cannot be used: their images are left out.

    Raises:
        UserError: there is none that can.
    """
    masks, broken = dict[str, IdMask](), dict[str, str]()

    def read(name: str) -> IdMask | str:
        try:
            return read_mask(root, name)
        except Exception as error:  # each decoder of Pillow raises what it likes
            return f"mask {shown(name)}: {error or type(error).__name__}"

    with ThreadPoolExecutor() as pool:  # decoding leaves Python's lock
        for name, mask in zip(names, pool.map(read, names), strict=True):
            if isinstance(mask, str):
                broken[shown(name)] = f"{mask}; its image is left out"
            else:
                masks[name] = mask
    if not masks:
        first = next(iter(broken.values()))
        raise UserError(f"data.dataset_path: no mask in {root} can be used: {first}")
    return masks, broken


def check_ids(root: Path, masks: Mapping[str, IdMask]) -> None:
    """Look whether values are objects.

    An object is of one piece, as a rule, and the pixels of a class are where its objects are.

    Raises:
        UserError: they look like classes.
    """
    remedy = "make a project for semantic masks, or say in data.id_classes what the values are"
    place = f"data.dataset_path: {root}"
    if all(mask.binary or not mask.regions for mask in masks.values()):
        if any(mask.binary for mask in masks.values()):
            problem = "masks hold 0 and 255 alone, which is no number for each object"
            raise UserError(f"{place}: {problem}: {remedy}")
        raise UserError(f"{place}: masks hold 0 alone, which is the background: nobody drew them")
    regions = [(name, region) for name, mask in masks.items() for region in mask.regions]
    apart = [(name, region.id) for name, region in regions if region.in_pieces]
    if len(apart) > PIECES * len(regions):
        name, number = apart[0]
        some = f"{len(apart):,} of {len(regions):,} lie in pieces, as {number} in {shown(name)}"
        problem = f"the values of masks look like classes, not like objects: {some}"
        raise UserError(f"{place}: {problem}: {remedy}")


def make_rows(masks: Mapping[str, IdMask], classes: IdClasses) -> tuple[Rows, dict[str, str]]:
    """Return the objects of all masks, and why others are left out, by their place."""
    found, unnamed = list[tuple[int, Region, tuple[int, int], str, str]](), dict[str, str]()
    for image, (name, mask) in enumerate(masks.items()):
        for region in mask.regions:
            place, label = f"{shown(name)} object {region.id}", classes.class_of(region.id)
            if label and label != VOID_NAME:
                found.append((image, region, mask.size, label, place))
            elif not label:
                unnamed[place] = f"{place}: data.id_classes has no class for {region.id}"
    measured = [measure(region.counts, *size) for _, region, size, _, _ in found]
    rows = Rows(
        images=np.array([image for image, *_ in found], np.int64),
        boxes=np.array([box for _, box in measured], np.float64).reshape(-1, 4),
        labels=np.array([classes.names.index(label) for *_, label, _ in found], np.int64),
        ignored=np.zeros(len(found), np.uint8),
        areas=np.array([pixels for pixels, _ in measured], np.float64),
        masks=[region.counts for _, region, *_ in found],
        places=[place for *_, place in found],
    )
    return rows, unnamed
