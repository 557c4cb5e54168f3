"""Plots of what a classifier confuses, and of how sure it is of each row."""

import torch
from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader
from .confusion import draw_confusion_matrix, plain


def draw_plots(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot the confusion matrix, and each row as a dot at the probability of its true class.

    Args:
        outputs: Logits [N, K] of all samples of the loader.
        targets: Their classes, int64 [N].
        loader: What knows the names of the classes.
    """
    names = plain(loader.info.output_names)
    figure = Figure(figsize=(14, 6.4), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False)
    draw_confusion_matrix(left.subplots(), outputs, targets, names)

    probabilities = outputs.softmax(1)  # [N, K]
    correct = probabilities.argmax(1) == targets
    of_true = probabilities[range(len(targets)), targets]  # [N]
    jitter = 0.6 * torch.linspace(0, 97, len(targets)).frac() - 0.3  # the same each time
    axes = right.subplots()
    for rows, label, color in ((correct, "correct", "#2563a8"), (~correct, "wrong", "#c0392b")):
        heights = (targets + jitter)[rows]
        axes.scatter(of_true[rows], heights, s=24, alpha=0.7, linewidths=0, c=color, label=label)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set(xlabel="probability of the true class", xlim=(-0.02, 1.02))
    axes.spines[["top", "right"]].set_visible(False)
    right.legend(loc="outside upper left", ncols=2, frameon=False)
    return figure
