"""Plots of how precise a detector is, and of the images with most errors."""

from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.figure import Figure

from ..boxes import Truth
from ..data.dataloader import SplitLoader
from .curves import draw_classes, draw_curves, draw_f1
from .drawing import WORST, draw_worst
from .found import Outputs, match_outputs
from .matching import Array
from .precision import Precision
from .predictions import MIN_SCORE


def draw_plots(outputs: Outputs, targets: Truth, loader: SplitLoader) -> Figure:
    """Plot precision over recall, F1 over scores, AP of each class, and the worst images.

    Args:
        outputs: What was found in all N images of the loader, in pixels of the files.
        targets: What there is to be found.
        loader: Where the images come from, in the same order.
    """
    names = plain(loader.info.output_names)
    precision, draws = (
        Precision(match_outputs(outputs, targets), len(names)),
        np.ones(len(loader.ids)),
    )
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
    [raw] = loader.source.read([loader.ids[ids]])
    found = Outputs(*(values[ids] for values in outputs))
    draw_worst(right, raw.to(torch.device("cpu")), found, names, threshold, titles)
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
