"""Plots of what is confused, of how well each class is found, and of the worst images."""

from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from torch import Tensor

from ..data.dataloader import SplitLoader
from ..masks import VOID, Segmentation, colours
from .metrics import Array, confusion_of, score_all, score_classes

WORST = 5  # images that are shown
MAX_NUMBERS = 12  # classes, beyond which a cell is too small for its number
WHITE = (255, 255, 255)  # where a mask says nothing


def draw_plots(outputs: Segmentation, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot the confusion of classes, the IoU of each, and the images with the lowest mean IoU.

    Args:
        outputs: The class of each pixel of all samples of the loader.
        targets: Their masks, uint8 [N, H, W].
        loader: Where the images come from, in the same order.
    """
    names = plain(loader.info.output_names)
    pairs = zip(outputs.classes, targets, strict=True)
    each = torch.stack([confusion_of(classes, mask, len(names)) for classes, mask in pairs])
    counts = each.sum(0).numpy().astype(float)  # [K, K]
    figure = Figure(figsize=(19, 9), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[10, 9])
    matrix, bars = left.subplots(1, 2, width_ratios=[6, 4])
    draw_confusion(matrix, counts, names)
    draw_bars(bars, score_classes(counts)["iou"], names)
    means = torch.tensor([score_all(one.numpy().astype(float))["iou"] for one in each])
    worst = means.nan_to_num(2.0).argsort()[:WORST]  # those without any class come last
    draw_worst(right, outputs.classes[worst], targets[worst], means[worst], loader, worst)
    return figure


def plain(names: Sequence[str]) -> list[str]:
    """Return the names of classes as matplotlib takes them: no formulas, all of it UTF-8."""
    shown = (name.encode(errors="backslashreplace").decode() for name in names)
    return [name.replace("$", r"\$") for name in shown]


def draw_confusion(axes: Axes, counts: Array, names: Sequence[str]) -> None:
    """Show which part of the pixels of each true class [K, K] is predicted as which."""
    parts = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    axes.imshow(parts, cmap="Blues", vmin=0, vmax=1)
    if len(names) <= MAX_NUMBERS:
        for (true, predicted), part in np.ndenumerate(parts):
            ink = "white" if part > 0.5 else "black"
            axes.text(predicted, true, f"{part:.0%}", ha="center", va="center", color=ink)
    places = range(len(names))
    axes.set_xticks(places, names, rotation=45, ha="right")
    axes.set_yticks(places, names)
    axes.set(xlabel="predicted", ylabel="true")
    axes.set_title("shares of the pixels of each class", loc="left")


def draw_bars(axes: Axes, ious: Array, names: Sequence[str]) -> None:
    """Show the IoU of each class [K]; one that is nowhere has no bar."""
    places = range(len(names))
    axes.barh(places, np.nan_to_num(ious), color="#2563a8")
    for place, iou in zip(places, ious, strict=True):
        word, ink = "absent" if np.isnan(iou) else f"{iou:.2f}", "white" if iou > 0.1 else "black"
        axes.text(0.02, place, word, va="center", color=ink)
    axes.set_yticks(places, names)
    axes.set(xlim=(0, 1), ylim=(len(names) - 0.5, -0.5))
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title("IoU of each class", loc="left")


def draw_worst(
    figure: SubFigure,
    classes: Tensor,
    masks: Tensor,
    means: Tensor,
    loader: SplitLoader,
    rows: Tensor,
) -> None:
    """Show images beside their masks and the predicted classes, two of uint8 [R, H, W]."""
    [raw] = loader.source.read([loader.ids[rows]])
    palette = np.array([*colours(VOID), WHITE], np.uint8)  # [256, 3]
    title = f"the lowest mean IoU: {len(rows)} of {len(loader.ids)} images"
    figure.suptitle(title, x=0.01, ha="left")
    cells = figure.subplots(len(rows), 3, squeeze=False)
    for line, pixels, mask, found, mean in zip(
        cells, raw.inputs.cpu(), masks, classes, means.tolist(), strict=True
    ):
        line[0].imshow(pixels.permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=255)  # [H, W, C]
        line[1].imshow(palette[mask.numpy()])
        shown = torch.where(mask == VOID, mask, found)  # what does not count is not shown
        line[2].imshow(palette[shown.numpy()])
        for axes, word in zip(line, ("image", "truth", f"predicted: {mean:.2f}"), strict=True):
            axes.set_title(word, fontsize=10)
            axes.set_axis_off()
