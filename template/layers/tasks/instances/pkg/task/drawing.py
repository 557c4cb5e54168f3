"""Images with the masks of what is true of them, and of what was found. W images."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import SubFigure
from torch import Tensor

from ..batch import Batch
from ..masks import paste
from .found import Outputs

TRUE, PREDICTED, IGNORED = "#2a7f3f", "#c0392b", "#8a93a0"
WORST = 6  # images that are shown
MAX_LABELS = 20  # objects in an image, beyond which they have none
OPACITY = 0.45  # of a mask on its image


class Shape(NamedTuple):
    """An object to draw, in pixels of the input."""

    mask: Tensor  # bool [H, W]
    corner: tuple[float, float]  # where its label is
    label: str
    color: str


def draw_worst(
    figure: SubFigure,
    raw: Batch,
    found: Outputs,
    names: Sequence[str],
    threshold: float,
    titles: Sequence[str],
) -> None:
    """Show up to `WORST` images twice: with their objects, and with those found.

    Args:
        figure: Where.
        raw: The images, in bytes, with their objects.
        found: What was found in them, in pixels of the files.
        names: Of the classes.
        threshold: Score from which on it counts.
        titles: Of each image.
    """
    places = figure.subplots(-(-WORST // 2), 4, squeeze=False).reshape(-1, 2)
    for axes in places.flat:
        axes.set_axis_off()
    for i, title in enumerate(titles):
        both = shapes_there(raw, i, names), shapes_found(raw, found, i, names, threshold)
        for axes, shapes in zip(places[i], both, strict=True):
            draw_shapes(axes, raw.inputs[i], shapes)
        places[i, 1].set_title(title, fontsize=9, color=PREDICTED)


def shapes_there(raw: Batch, i: int, names: Sequence[str]) -> list[Shape]:
    """Return the objects of an image; those that do not count are grey."""
    columns = (values[i].tolist() for values in (raw.boxes, raw.labels, raw.ignored))
    return [
        Shape(mask > 0, (box[0], box[1]), names[k], IGNORED if kind else TRUE)
        for mask, box, k, kind in zip(raw.masks[i], *columns, strict=True)
        if k >= 0
    ]


def shapes_found(
    raw: Batch, found: Outputs, i: int, names: Sequence[str], threshold: float
) -> list[Shape]:
    """Return what was found in an image, from a score on."""
    boxes = found.boxes[i] * raw.scales[i].repeat(2)  # [D, 4]
    height, width = raw.inputs.shape[-2:]
    masks = paste(found.masks[i], boxes, (height, width))
    columns = (boxes.tolist(), found.scores[i].tolist(), found.labels[i].tolist())
    return [
        Shape(mask, (box[0], box[1]), f"{names[k]} {score:.2f}", PREDICTED)
        for mask, box, score, k in zip(masks, *columns, strict=True)
        if k >= 0 and score >= threshold
    ]


def draw_shapes(axes: Axes, image: Tensor, shapes: Sequence[Shape]) -> None:
    """Show an image, uint8 [C, H, W], with shapes on it."""
    pixels = image[:3].permute(1, 2, 0).numpy() / 255
    pixels = np.broadcast_to(pixels, (*pixels.shape[:2], 3)).copy()  # grey in three channels
    for shape in shapes:
        mask = shape.mask.numpy()
        pixels[mask] = (1 - OPACITY) * pixels[mask] + OPACITY * np.array(to_rgb(shape.color))
    axes.imshow(pixels)
    paper = {"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.6}
    for shape in shapes if len(shapes) <= MAX_LABELS else ():
        x, y = shape.corner
        axes.text(x, y, shape.label, fontsize=7, color=shape.color, clip_on=True, bbox=paper)
