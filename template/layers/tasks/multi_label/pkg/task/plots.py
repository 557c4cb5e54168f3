"""Plots of which labels are predicted and which are true, and of the images with most errors."""

import torch
from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader
from ..data.sizing import crop_middle
from .counts import CORRECT, WRONG, draw_counts, plain


def draw_plots(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot the counts of each label, and the images with most wrong labels.

    Args:
        outputs: Logits [N, K] of all samples of the loader.
        targets: Their labels, float32 [N, K] of 0 and 1.
        loader: Where the images come from, in the same order.
    """
    true, predicted = targets > 0.5, outputs > 0  # [N, K]
    names = plain(loader.info.output_names)
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
