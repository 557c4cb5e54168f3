"""How often each label is predicted and true, as a plot."""

from collections.abc import Sequence

import torch
from matplotlib.figure import SubFigure
from torch import Tensor

CORRECT, WRONG, MISSED = "#2a7f3f", "#c0392b", "#c9ced6"


def plain(names: Sequence[str]) -> list[str]:
    """Return the names of labels as matplotlib takes them: no formulas, all of it UTF-8."""
    shown = (name.encode(errors="backslashreplace").decode() for name in names)
    return [name.replace("$", r"\$") for name in shown]


def draw_counts(figure: SubFigure, true: Tensor, predicted: Tensor, names: Sequence[str]) -> None:
    """Plot a bar for each label: true positives, false negatives and false positives.

    Args:
        figure: Where to draw.
        true: Which labels apply, bool [N, K].
        predicted: Which are predicted, bool [N, K].
        names: Of the K labels.
    """
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
