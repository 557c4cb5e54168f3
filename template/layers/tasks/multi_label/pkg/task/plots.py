"""Plots of which labels are predicted and which are true, and of the images with most errors."""

import torch
from matplotlib.figure import Figure, SubFigure
from torch import Tensor

from ..data.dataloader import SplitLoader
from ..data.sizing import crop_middle

CORRECT, WRONG, MISSED = "#2a7f3f", "#c0392b", "#c9ced6"


def draw_plots(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot the counts of each label, and the images with most wrong labels.

    Args:
        outputs: Logits [N, K] of all samples of the loader.
        targets: Their labels, float32 [N, K] of 0 and 1.
        loader: Where the images come from, in the same order.
    """
    true, predicted = targets > 0.5, outputs > 0  # [N, K]
    shown = (name.encode(errors="backslashreplace").decode() for name in loader.info.output_names)
    names = [name.replace("$", r"\$") for name in shown]  # no formula begins
    figure = Figure(figsize=(16.6, 6.4), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[7, 9.6])
    draw_counts(left, true, predicted, names)
    worst = (true != predicted).sum(1).argsort(descending=True, stable=True)[:15]
    [raw] = loader.source.read([loader.ids[worst]])
    images = crop_middle(raw.inputs, loader.info.input_shape[1:]).cpu()  # as the model sees them
    title = f"the most wrong labels of {len(true)} samples: + false positive, - false negative"
    right.suptitle(title, x=0.01, ha="left")
    for place, (i, pixels) in enumerate(zip(worst.tolist(), images, strict=True), 1):
        marks = zip(names, predicted[i].tolist(), true[i].tolist(), strict=True)
        labels = [f"{'-+'[p] if p != t else ''}{name}" for name, p, t in marks if p or t]
        axes = right.add_subplot(3, 5, place)
        axes.imshow(pixels.permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=255)  # [H, W, C]
        color = CORRECT if torch.equal(predicted[i], true[i]) else WRONG
        axes.set_title(", ".join(labels) or "none", fontsize=10, color=color)
        axes.set_axis_off()
    return figure


def draw_counts(figure: SubFigure, true: Tensor, predicted: Tensor, names: list[str]) -> None:
    """Plot a bar for each label: true positives, false negatives and false positives."""
    axes, start = figure.subplots(), torch.zeros(len(names))
    bars = (
        (true & predicted, "true positive", CORRECT),
        (true & ~predicted, "false negative", MISSED),
        (predicted & ~true, "false positive", WRONG),
    )
    for samples, label, color in bars:
        width = samples.sum(0)
        axes.barh(range(len(names)), width.numpy(), left=start.numpy(), color=color, label=label)
        start = start + width
    axes.set_yticks(range(len(names)), names, fontsize=min(11.0, 300 / len(names)))
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("samples")
    figure.legend(loc="outside upper left", ncols=3, frameon=False)
