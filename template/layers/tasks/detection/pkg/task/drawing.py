"""Images with what is true of them, and with what was found."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import SubFigure
from matplotlib.patches import Rectangle
from torch import Tensor

from ..batch import Batch
from .found import Outputs

TRUE, PREDICTED, IGNORED = "#2a7f3f", "#c0392b", "#8a93a0"
WORST = 6  # images that are shown
MAX_LABELS = 20  # boxes in an image, beyond which they have none


class Box(NamedTuple):
    """A box to draw."""

    corners: list[float]  # x1, y1, x2, y2
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
    scales = raw.scales.repeat(1, 2)[:, None]  # [W, 1, 4]
    predicted = boxes_found(found._replace(boxes=found.boxes * scales), names, threshold)
    draw_images(figure, raw.inputs, boxes_there(raw, names), predicted, titles)


def boxes_there(raw: Batch, names: Sequence[str]) -> list[list[Box]]:
    """Return the objects of each image; those that do not count are grey."""
    columns = (raw.boxes, raw.labels, raw.ignored)
    images = zip(*(values.tolist() for values in columns), strict=True)
    return [
        [
            Box(corners, names[k], IGNORED if kind else TRUE)
            for corners, k, kind in zip(*image, strict=True)
            if k >= 0
        ]
        for image in images
    ]


def boxes_found(found: Outputs, names: Sequence[str], threshold: float) -> list[list[Box]]:
    """Return what was found in each image, from a score on."""
    images = zip(*(values.tolist() for values in found), strict=True)
    return [
        [
            Box(corners, f"{names[k]} {score:.2f}", PREDICTED)
            for corners, score, k in zip(*image, strict=True)
            if k >= 0 and score >= threshold
        ]
        for image in images
    ]


def draw_images(
    figure: SubFigure,
    pixels: Tensor,
    true: Sequence[Sequence[Box]],
    predicted: Sequence[Sequence[Box]],
    titles: Sequence[str],
) -> None:
    """Show each image, uint8 [W, C, H, W], twice: with what is true, and with what is predicted."""
    places = figure.subplots(-(-WORST // 2), 4, squeeze=False).reshape(-1, 2)
    for axes in places.flat:
        axes.set_axis_off()
    for i, title in enumerate(titles):
        for axes, boxes in zip(places[i], (true[i], predicted[i]), strict=True):
            axes.imshow(pixels[i].permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=255)
            for box in boxes:
                draw_box(axes, box if len(boxes) <= MAX_LABELS else box._replace(label=""))
        places[i, 1].set_title(title, fontsize=9, color=PREDICTED)


def draw_box(axes: Axes, box: Box) -> None:
    """Draw a box with its label above it."""
    x1, y1, x2, y2 = box.corners
    line: dict[str, Any] = {"fill": False, "edgecolor": box.color, "linewidth": 1.4}
    axes.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, **line))
    paper = {"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 0.6}
    place: dict[str, Any] = {"va": "bottom", "clip_on": True, "bbox": paper}
    axes.text(x1, y1, box.label, fontsize=7, color=box.color, **place)
