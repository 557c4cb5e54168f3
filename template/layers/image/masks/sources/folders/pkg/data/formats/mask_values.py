"""What the values of masks mean: from the settings, or as they are found. K classes."""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ...engine.errors import UserError
from ...masks import VOID
from ..masks import LOOKED
from ..settings import DataSettings
from .image_files import read_file, shown
from .mask_pixels import LOSSY, Meaning, first_values, read_values

BINARY = ["background", "foreground"]
VOID_NAME = "void"  # in `data.mask_values`: what is neither learnt nor counted


class Scan(NamedTuple):
    """What a mask holds."""

    values: list[int]  # values, or colours as 0xRRGGBB
    in_colour: bool = False
    lossy: bool = False


def find_meaning(settings: DataSettings, root: Path, masks: Sequence[str]) -> Meaning:
    """Return what the values mean: as `data.mask_values` says, else as the masks look.

    Raises:
        UserError: that is not clear; the message names the values and a file.
    """
    if settings.mask_values:
        return read_map(settings, settings.mask_values)
    scans, names = scan_masks(root, masks), settings.class_names
    found = masks_by_value(scans)
    count = settings.num_outputs if names is None else len(names)
    if [*found] == [0, VOID] and count in (None, 2) and not settings.reduce_zero_label:
        names = names or BINARY
        note = f"255 is taken for {shown(names[1])}; data.mask_values could say otherwise"
        print(f"masks hold 0 and 255 alone: {note}")
        return Meaning(list(names), {0: 0, VOID: 1}, found=[*found])
    lossy = next((name for name, each in scans.items() if each.lossy), "")
    names = names or name_values(settings, found, lossy)
    shift = int(settings.reduce_zero_label)
    if all(name.isdecimal() for name in names):  # they are values
        classes = {int(name): k for k, name in enumerate(names)}
    else:
        classes = {k + shift: k for k in range(len(names))}
    void = {0: VOID} if shift else {}
    return Meaning(list(names), {VOID: VOID} | void | classes, found=[*found])


def read_map(settings: DataSettings, given: Mapping[str, str]) -> Meaning:
    """Return what `data.mask_values` says; a class that is called void does not count.

    Raises:
        UserError: a value is neither a whole number nor a colour, or names do not fit.
    """
    numbers = {key: read_value(str(key)) for key in given}  # YAML reads 7 without quotes as int
    kinds = {in_colour for _, in_colour in numbers.values()}
    if len(kinds) > 1:
        raise UserError(f"data.mask_values: values or colours, not both: {list(given)}")
    names = list(dict.fromkeys(name for name in given.values() if name != VOID_NAME))
    if settings.class_names and (unknown := {*names} - {*settings.class_names}):
        raise UserError(f"data.class_names lacks {sorted(unknown)} of data.mask_values")
    if settings.reduce_zero_label:
        raise UserError("data.reduce_zero_label: data.mask_values says all, so say false")
    names = settings.class_names or names
    in_colour = kinds == {True}
    classes = {} if in_colour else {VOID: VOID}
    for key, name in given.items():
        classes[numbers[key][0]] = VOID if name == VOID_NAME else names.index(name)
    return Meaning(names, classes, in_colour)


def read_value(text: str) -> tuple[int, bool]:
    """Return a value, or a colour as 0xRRGGBB, and whether it is one.

    Raises:
        UserError: it is neither `7` nor `#ff0000` nor `255, 0, 0`.
    """
    if re.fullmatch("#[0-9a-fA-F]{6}", text):
        return int(text[1:], 16), True
    parts = re.findall(r"\d+", text)
    if len(parts) == 3 and max(map(int, parts)) <= 255:
        red, green, blue = map(int, parts)
        return red << 16 | green << 8 | blue, True
    if not text.strip().isdecimal():
        raise UserError(f"data.mask_values: {text!r} is no value as 7 nor a colour as '#ff0000'")
    return int(text), False


def scan_masks(root: Path, masks: Sequence[str]) -> dict[str, Scan]:
    """Return what some masks hold, evenly spread; those that cannot be read are left to others.

    Raises:
        UserError: all are in colour.
    """
    some = masks[:: -(-len(masks) // LOOKED)]
    with ThreadPoolExecutor() as pool:
        found = dict(zip(some, pool.map(partial(scan_mask, root), some), strict=True))
    seen = {name: each for name, each in found.items() if each is not None}
    if not seen:
        raise UserError(f"data.dataset_path: no mask in {root} can be read, as {shown(some[0])}")
    if grey := {name: each for name, each in seen.items() if not each.in_colour}:
        return grey
    name, first = next(iter(seen.items()))
    problem = f"masks are in colour, {shown(name)} in {first_values(first.values, in_colour=True)}"
    raise UserError(f"data.mask_values: {problem}: say which colour is which class")


def scan_mask(root: Path, name: str) -> Scan | None:
    """Return what a mask holds, or None for one that cannot be read."""
    try:
        with read_file(root, name) as image:
            (values, in_colour), lossy = read_values(image), image.format in LOSSY
    except Exception:  # each decoder of Pillow raises what it likes; reading tells of it
        return None
    if values.dtype == np.uint8:
        return Scan(np.flatnonzero(np.bincount(values.ravel())).tolist(), in_colour, lossy)
    return Scan(np.unique(values).tolist(), in_colour, lossy)


def masks_by_value(seen: Mapping[str, Scan]) -> dict[int, str]:
    """Return the values in rising order, each with the first mask that has it."""
    found: dict[int, str] = {}
    for name, each in seen.items():
        for value in each.values:
            found.setdefault(value, name)
    return dict(sorted(found.items()))


def name_values(settings: DataSettings, found: Mapping[int, str], lossy: str) -> list[str]:
    """Return the values in masks as names of classes.

    Args:
        settings: `num_outputs` and `reduce_zero_label` count.
        found: Values in rising order, each with a mask that has it.
        lossy: A mask whose format makes values up, or "".

    Raises:
        UserError: they are not consecutive, or may be made up.
    """
    void = {VOID, 0} if settings.reduce_zero_label else {VOID}
    values, count = [value for value in found if value not in void], settings.num_outputs
    if not values:
        problem = f"masks hold nothing but {first_values(found)}, which is void"
        raise UserError(f"data.mask_values: {problem}: say which value is which class")
    consecutive = values == [*range(values[0], values[0] + len(values))]
    if consecutive and not lossy and count in (None, len(values)):
        return [str(value) for value in values]
    if count is not None:
        return [str(k + int(settings.reduce_zero_label)) for k in range(count)]
    if lossy:
        problem = f"masks are JPEG, which makes values up, as {shown(lossy)}"
        held = f"they hold {first_values(found)}: save them as PNG, from what they were made of"
        raise UserError(f"data.dataset_path: {problem}: {held}")
    last = found[values[-1]]
    problem = (
        f"masks hold {first_values(values)}, the last in {shown(last)}: there are gaps between them"
    )
    remedy = "say which value is which class, if smooth resizing has not made them up"
    raise UserError(f"data.mask_values: {problem}: {remedy}")
