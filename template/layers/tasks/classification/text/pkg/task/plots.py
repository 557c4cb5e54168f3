"""Plots of what a classifier confuses, how sure it is, and how long its texts are."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader
from .confusion import draw_confusion_matrix, plain

CORRECT, WRONG, LINE = "#2563a8", "#c0392b", "#b0b7c3"
BINS = 10  # of probabilities, of the same width


def draw_plots(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot the confusion matrix, the calibration, and right and wrong texts by their length.

    Args:
        outputs: Logits [N, K] of all samples of the loader.
        targets: Their classes, int64 [N].
        loader: What knows the names of the classes, and how long the texts are.
    """
    names = plain(loader.info.output_names)
    figure = Figure(figsize=(17, 6.8), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[9, 8])
    draw_confusion_matrix(left.subplots(), outputs, targets, names)
    probabilities, predicted = outputs.softmax(1).max(1)  # two of [N]
    correct, [raw] = predicted == targets, loader.source.read([loader.ids])
    lengths = (raw.inputs >= 0).sum(1).cpu()  # [N]
    upper, lower = right.subplots(2, 1)
    draw_calibration(upper, probabilities, correct)
    draw_lengths(lower, lengths, correct)
    return figure


def draw_calibration(axes: Axes, probabilities: Tensor, correct: Tensor) -> None:
    """Plot how many predictions are right [N], by how probable the model takes them to be [N].

    A dot is as large as its part of the samples.
    """
    bins = (probabilities * BINS).long().clamp(0, BINS - 1)
    counts = bins.bincount(minlength=BINS)
    used = counts > 0
    sums = (bins.bincount(x.double(), minlength=BINS)[used] for x in (probabilities, correct))
    said, right = (each / counts[used] for each in sums)
    axes.plot([0, 1], [0, 1], color=LINE, linewidth=1, zorder=0)
    sizes = 20 + 400 * counts[used] / counts.sum()
    points = axes.scatter(said.numpy(), right.numpy(), s=sizes.numpy(), c=CORRECT, linewidths=0)
    points.set_clip_on(False)
    gap = float(((said - right).abs() * counts[used]).sum() / counts.sum())
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set(xlabel="probability of the predicted class", ylabel="fraction that is right")
    axes.spines[["top", "right"]].set_visible(False)
    title = f"calibration: error {gap:.3f}, {BINS} bins, {len(correct)} samples"
    axes.set_title(title, loc="left", fontsize=11)


def draw_lengths(axes: Axes, lengths: Tensor, correct: Tensor) -> None:
    """Plot how many texts [N] have how many tokens, and how many of those are wrong."""
    longest = max(int(lengths.max()), 2)
    edges = torch.linspace(0, longest, min(longest, 30) + 1).tolist()
    parts = [lengths[correct].numpy(), lengths[~correct].numpy()]
    labels = ["correct", "wrong"]
    axes.hist(parts, edges, stacked=True, color=[CORRECT, WRONG], label=labels)
    axes.set(xlabel="tokens of a text, as the model sees it", ylabel="texts")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
