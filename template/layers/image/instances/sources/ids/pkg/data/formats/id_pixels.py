"""From the pixels of a mask, each of which has the number of its object, to run lengths."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pycocotools import mask as coco_mask

from .image_files import read_file

Ids = NDArray[np.int64]
BACKGROUND, BORDER = 0, 255  # numbers of no object; BORDER in palettes alone, as in Pascal VOC
LOSSY = ("JPEG", "MPO")  # formats of Pillow that make values up


class Region(NamedTuple):
    """The pixels of a mask that have one number."""

    id: int
    counts: bytes  # run lengths: see run_lengths.py
    in_pieces: bool  # whether they lie apart, or around several holes


class IdMask(NamedTuple):
    """The objects in an image."""

    regions: list[Region]
    size: tuple[int, int]  # width and height
    binary: bool  # whether it holds 0 and 255 alone, and is no palette


def read_mask(root: Path, name: str) -> IdMask:
    """Return the objects of a mask.

    Raises:
        OSError: Pillow cannot read it.
        ValueError: its pixels are no numbers of objects.
    """
    with read_file(root, name) as image:
        if image.format in LOSSY:
            raise ValueError("it is JPEG, which makes numbers up: save PNG")
        ids, grey = read_ids(image), image.mode != "P"
    return IdMask(find_regions(ids), ids.shape[::-1], grey and {*np.unique(ids)} == {0, 255})


def read_ids(image: Image.Image) -> Ids:
    """Return the number of each pixel [H, W]: a value of grey, of 16 bits too, or of a palette.

    Raises:
        ValueError: it is in colour, or has values that are no whole numbers from 0.
    """
    pixels: NDArray[Any] = np.asarray(image)
    if pixels.ndim == 3 and (pixels.shape[2] < 3 or (pixels[..., :1] == pixels[..., 1:3]).all()):
        pixels = pixels[..., 0]
    if pixels.ndim == 3:
        raise ValueError("it is in colour: save one number a pixel, in grey of 8 or 16 bits")
    ids = pixels.astype(np.int64)
    if (ids != pixels).any() or ids.min(initial=0) < 0:
        raise ValueError("some of its values are no whole numbers from 0")
    return np.where(ids == BORDER, BACKGROUND, ids) if image.mode == "P" else ids


def find_regions(ids: Ids) -> list[Region]:
    """Return the pixels of each number [H, W] but 0, the numbers rising."""
    height, width = ids.shape
    pixels = ids.T.ravel()  # down each column, from the left
    starts = np.append(0, np.flatnonzero(pixels[1:] != pixels[:-1]) + 1)
    values, ends = pixels[starts], np.append(starts[1:], len(pixels))
    order = np.argsort(values, kind="stable")
    numbers, first = np.unique(values[order], return_index=True)
    apart = euler_numbers(ids, numbers)
    regions = []
    for number, rows, euler in zip(numbers, np.split(order, first[1:]), apart, strict=True):
        if number != BACKGROUND:
            counts = compress(starts[rows], ends[rows], height, width)
            regions.append(Region(int(number), counts, not 0 <= euler <= 1))
    return regions


def compress(starts: Ids, ends: Ids, height: int, width: int) -> bytes:
    """Return the run lengths of what lies from `starts` up to `ends`, each [R], rising."""
    gaps = starts - np.append(0, ends[:-1])
    lengths = np.column_stack([gaps, ends - starts]).ravel().tolist()
    if ends[-1] < height * width:
        lengths.append(height * width - int(ends[-1]))
    runs = {"size": [height, width], "counts": lengths}
    counts: bytes = coco_mask.frPyObjects(runs, height, width)["counts"]
    return counts


def euler_numbers(ids: Ids, numbers: Ids) -> Ids:
    """Return the pieces less the holes of each number [K], rising; corners join pieces.

    They are the runs down columns, less those that pairs of columns share, less the corners at
    which alone two pixels touch.
    """
    runs, pairs = np.ones(ids.shape, bool), ids[:, 1:] == ids[:, :-1]
    runs[1:] = ids[1:] != ids[:-1]
    shared = pairs.copy()
    shared[1:] &= ~pairs[:-1] | runs[1:, 1:]
    left, right = ids[:-1, :-1], ids[:-1, 1:]  # the upper two of four pixels
    low_left, low_right = ids[1:, :-1], ids[1:, 1:]
    down = (left == low_right) & (left != right) & (left != low_left)
    up = (right == low_left) & (right != left) & (right != low_right)

    def count(places: Ids) -> Ids:
        return np.bincount(np.searchsorted(numbers, places), minlength=len(numbers))

    corners = count(left[down]) + count(right[up])
    return count(ids[runs]) - count(ids[:, 1:][shared]) - corners
