"""A picture of which labels are found, missed and invented, and of images with their labels."""

import torch
from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader

RIGHT, WRONG, MISSED = "#2a7f3f", "#c0392b", "#c9ced6"


def draw_pictures(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Draw three bars of each label, end to end, and the images with most wrong labels."""
    true, chosen = targets > 0.5, outputs > 0  # [N, K]
    names = [name.replace("$", r"\$") for name in loader.info.output_names]  # no formula begins
    figure = Figure(figsize=(16.6, 6.4), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[7, 9.6])
    axes, start = left.subplots(), torch.zeros(len(names))
    bars = [(true & chosen, "found", RIGHT), (true & ~chosen, "missed", MISSED)]
    for rows, label, color in [*bars, (chosen & ~true, "invented", WRONG)]:
        width = rows.sum(0)
        axes.barh(range(len(names)), width.numpy(), left=start.numpy(), color=color, label=label)
        start = start + width
    axes.set_yticks(range(len(names)), names, fontsize=min(11.0, 300 / len(names)))
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("samples")
    left.legend(loc="outside upper left", ncols=3, frameon=False)

    worst = (true != chosen).sum(1).argsort(descending=True, stable=True)[:15]
    [raw] = loader.source.read([loader.ids[worst]])
    title = f"the least right of {len(true)} samples: + invented, - missed"
    right.suptitle(title, x=0.01, ha="left")
    for place, (i, pixels) in enumerate(zip(worst.tolist(), raw.inputs.cpu(), strict=True), 1):
        marks = zip(names, chosen[i].tolist(), true[i].tolist(), strict=True)
        labels = [f"{'-+'[c] if c != t else ''}{name}" for name, c, t in marks if c or t]
        axes = right.add_subplot(3, 5, place)
        axes.imshow(pixels.permute(1, 2, 0).numpy(), cmap="gray", vmin=0, vmax=255)  # [H, W, C]
        color = RIGHT if torch.equal(chosen[i], true[i]) else WRONG
        axes.set_title(", ".join(labels) or "none", fontsize=10, color=color)
        axes.set_axis_off()
    return figure
