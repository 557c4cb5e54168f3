"""An XML file of Pascal VOC: one image and its objects, in pixels counted from 1."""

from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from ..findings import Finding
from .annotated_sizes import as_size

CORNERS = ("xmin", "ymin", "xmax", "ymax")


class VocObject(NamedTuple):
    """An object as it is written."""

    name: str
    box: list[str]  # xmin, ymin, xmax, ymax
    difficult: bool


class VocImage(NamedTuple):
    """An image as it is written."""

    filename: str
    size: tuple[int, int]  # width and height; 0: not known
    objects: list[VocObject]


def read_xml(path: Path) -> VocImage:
    """Parse a file.

    Raises:
        ValueError: it is no XML of this kind; the message says why.
    """
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError) as error:
        raise ValueError(f"no XML: {error}") from error
    if root.tag != "annotation":
        raise ValueError(f"its root is {root.tag!r}, not 'annotation'")
    size = as_size(root.findtext("size/width"), root.findtext("size/height"))
    objects = [read_object(each) for each in root.findall("object")]
    return VocImage(root.findtext("filename", "").strip(), size, objects)


def read_object(element: ElementTree.Element) -> VocObject:
    """Return an object; parts of it, such as a head, are none."""
    box = [element.findtext(f"bndbox/{corner}", "") for corner in CORNERS]
    difficult = element.findtext("difficult", "").strip().lower() in ("1", "true", "yes")
    return VocObject(element.findtext("name", "").strip(), box, difficult)


def count_from_zero(
    boxes: NDArray[np.float64], place: str
) -> tuple[NDArray[np.float64], list[Finding]]:
    """Return boxes [T, 4] with their first pixel at 0, and whether it was there before.

    Pascal VOC counts pixels from 1, so that a box over a whole image is 1, 1, width, height. Some
    programs count from 0, which shows where boxes touch the border.
    """
    zero = ((boxes[:, :2] >= 0) & (boxes[:, :2] < 1)).any(1)
    if not zero.any():
        return boxes - [1, 1, 0, 0], []
    problem = (
        f"boxes that begin at 0: {zero.sum():,}: pixels are taken as counted from 0, not from 1"
    )
    return boxes, [Finding("note", place, problem, "write 1 for the first pixel if that is wrong")]
