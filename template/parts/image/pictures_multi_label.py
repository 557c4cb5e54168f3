"""Pictures of which labels are found, missed and invented, and of images with their labels."""

import torch
from matplotlib.figure import Figure
from torch import Tensor

from .data.dataloader import SplitLoader

RIGHT, WRONG, MISSED = "#2a7f3f", "#c0392b", "#c9ced6"


def draw_pictures(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> dict[str, Figure]:
    """Draw how a model answers, with logits [N, K], for all samples of `loader`."""
    true, chosen = targets > 0.5, outputs > 0
    confusion = draw_counts(true, chosen, loader.info.output_names)
    return {"confusion": confusion, "predictions": draw_worst(true, chosen, loader)}


def draw_counts(true: Tensor, chosen: Tensor, names: list[str]) -> Figure:
    """Draw three bars of each label, end to end."""
    figure = Figure(figsize=(7, 6.4), dpi=120, layout="constrained")
    axes, left = figure.subplots(), torch.zeros(len(names))
    bars = [(true & chosen, "found", RIGHT), (true & ~chosen, "missed", MISSED)]
    for rows, label, color in [*bars, (chosen & ~true, "invented", WRONG)]:
        width = rows.sum(0)
        axes.barh(range(len(names)), width.numpy(), left=left.numpy(), color=color, label=label)
        left = left + width
    axes.set_yticks(range(len(names)), names, fontsize=min(11.0, 300 / len(names)))
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("samples")
    figure.legend(loc="outside upper left", ncols=3, frameon=False)
    return figure


def draw_worst(true: Tensor, chosen: Tensor, loader: SplitLoader) -> Figure:
    """Draw the images with most wrong labels."""
    worst = (true != chosen).sum(1).argsort(descending=True, stable=True)[:15]
    [raw] = loader.source.read([loader.ids[worst]])
    figure = Figure(figsize=(9.6, 6.4), dpi=120, layout="constrained")
    title = f"the least right of {len(true)} samples: + invented, - missed"
    figure.suptitle(title, x=0.01, ha="left")
    for place, (i, pixels) in enumerate(zip(worst.tolist(), raw.inputs.cpu(), strict=True)):
        marks = zip(loader.info.output_names, chosen[i].tolist(), true[i].tolist(), strict=True)
        labels = [f"{'-+'[c] if c != t else ''}{name}" for name, c, t in marks if c or t]
        axes = figure.add_subplot(3, 5, place + 1)
        axes.imshow(pixels.permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=255)  # [H, W, C]
        color = RIGHT if torch.equal(chosen[i], true[i]) else WRONG
        axes.set_title(", ".join(labels) or "none", fontsize=10, color=color)
        axes.set_axis_off()
    return figure
