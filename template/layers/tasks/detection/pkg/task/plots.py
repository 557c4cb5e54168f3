"""Plots of how precise a detector is, and of the images with most errors."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle
from torch import Tensor

from ..boxes import Detections, Truth
from ..data.dataloader import SplitLoader
from .curves import draw_classes, draw_curves, draw_f1
from .matching import Array, match_all
from .precision import Precision
from .predictions import MIN_SCORE

TRUE, PREDICTED, IGNORED = "#2a7f3f", "#c0392b", "#8a93a0"
WORST = 6  # images that are shown
MAX_LABELS = 20  # boxes in an image, beyond which they have none


class Box(NamedTuple):
    """A box to draw."""

    corners: list[float]  # x1, y1, x2, y2
    label: str
    color: str


def draw_plots(outputs: Detections, targets: Truth, loader: SplitLoader) -> Figure:
    """Plot precision over recall, F1 over scores, AP of each class, and the worst images.

    Args:
        outputs: What was found in all N images of the loader, in pixels of the files.
        targets: What there is to be found.
        loader: Where the images come from, in the same order.
    """
    names = plain(loader.info.output_names)
    precision, draws = Precision(match_all(outputs, targets), len(names)), np.ones(len(loader.ids))
    best = precision.best(draws).threshold
    threshold = MIN_SCORE if np.isnan(best) else best
    figure = Figure(figsize=(17, 8.5), dpi=110, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[8, 9])
    places = left.subplot_mosaic([["curves", "f1"], ["classes", "classes"]])
    draw_curves(places["curves"], precision, draws, names)
    draw_f1(places["f1"], precision, draws, threshold)
    draw_classes(places["classes"], precision, draws, names)

    false, missed = count_errors(precision, draws, threshold)  # two of [N]
    worst = np.argsort(-(false + missed), kind="stable")[:WORST]
    title = f"the most errors of {len(draws)} images, at a score of {threshold:.2f}"
    right.suptitle(f"{title}: truth (left), predicted (right)", x=0.01, ha="left")
    titles = [f"{false[i]} false, {missed[i]} missed" for i in worst]
    ids = torch.from_numpy(worst)
    found = Detections(*(values[ids] for values in outputs))
    truth = Truth(*(values[ids] for values in targets))
    [raw] = loader.source.read([loader.ids[ids]])
    scales, pixels = raw.scales.cpu().repeat(1, 2)[:, None], raw.inputs.cpu()  # [W, 1, 4]
    predicted = boxes_found(found._replace(boxes=found.boxes * scales), names, threshold)
    true = boxes_there(truth._replace(boxes=truth.boxes * scales), names)
    draw_images(right, pixels, true, predicted, titles)
    return figure


def plain(names: Sequence[str]) -> list[str]:
    """Return the names of classes as matplotlib takes them: no formulas, all of it UTF-8."""
    shown = (name.encode(errors="backslashreplace").decode() for name in names)
    return [name.replace("$", r"\$") for name in shown]


def count_errors(precision: Precision, draws: Array, threshold: float) -> tuple[Array, Array]:
    """Return false detections and missed objects of each image, int64 [N], at an IoU of 0.5."""
    sure = precision.sure[precision.scores[precision.sure] >= threshold]
    hits, images = precision.hits[sure, 0, 0], precision.images[sure]
    objects = precision.object_images[precision.counted[:, 0]]
    false, right, there = (
        np.bincount(x, minlength=len(draws)) for x in (images[~hits], images[hits], objects)
    )
    return false, there - right


def boxes_there(truth: Truth, names: Sequence[str]) -> list[list[Box]]:
    """Return the objects of each image; those that do not count are grey."""
    images = zip(*(values.tolist() for values in truth[:3]), strict=True)
    return [
        [
            Box(corners, names[k], IGNORED if kind else TRUE)
            for corners, k, kind in zip(*image, strict=True)
            if k >= 0
        ]
        for image in images
    ]


def boxes_found(found: Detections, names: Sequence[str], threshold: float) -> list[list[Box]]:
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
