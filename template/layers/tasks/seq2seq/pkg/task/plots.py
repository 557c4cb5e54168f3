"""Plots of generated texts: the worst of them, and how errors depend on length."""

import textwrap

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader
from ..data.vocabulary import load_vocabulary
from ..references import unpack
from .counts import NAMES, TOKENS, count_texts, metrics_of

BLUE, LIGHT, GREY = "#2563a8", "#b9cfe8", "#8a93a0"
WORST = 18  # texts that are shown
BINS = 8  # of lengths
WIDTH, LINES = 46, 3  # characters in a line of a cell, and lines in it
HEADER = ("source", "generated", "right", "errors")
CHOSEN = tuple(NAMES[len(TOKENS) :].index(name) for name in ("word_edits", "words"))


def draw_plots(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot error rates over the length of the right text, and show the worst texts.

    Args:
        outputs: Generated tokens [N, L] of all pairs of the loader, -1 beyond the end.
        targets: The right texts [N, R].
        loader: Where the pairs come from, in the same order.
    """
    vocabulary = load_vocabulary(loader.info.schema)
    predicted, references = vocabulary.read(outputs), unpack(targets)
    counts = count_texts(predicted, references)  # [N, S]
    edits, words = counts[:, CHOSEN].T  # two of [N]
    figure = Figure(figsize=(17, 8.5), dpi=110, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[5, 12])
    above, below = left.subplots(2, 1)
    draw_rates(above, edits, words)
    draw_metrics(below, metrics_of([0] * len(TOKENS) + counts.sum(0).tolist()))

    worst = (edits / words.clamp(min=1)).argsort(descending=True, stable=True)[:WORST]
    [batch] = loader.source.read([loader.ids[worst]])
    sources = [vocabulary.sources.decode(row) for row in batch.inputs.tolist()]
    rows = [
        (source, predicted[i], " | ".join(references[i]), f"{edits[i]} of {words[i]}")
        for source, i in zip(sources, worst.tolist(), strict=True)
    ]
    axes = right.subplots()
    axes.set_title(f"the worst of {len(predicted)} texts", loc="left")
    draw_table(axes, rows)
    return figure


def draw_rates(axes: Axes, edits: Tensor, words: Tensor) -> None:
    """Plot the word error rate of texts by the number of words that are right, int64 [N] each."""
    ends = torch.quantile(words.double(), torch.linspace(0, 1, BINS + 1).double()).unique()
    bins = torch.bucketize(words.double(), ends[1:-1])  # [N]
    sums = torch.zeros(3, BINS, dtype=torch.float64)
    for row, values in zip(sums, (edits, words, torch.ones_like(words)), strict=True):
        row.index_add_(0, bins, values.double())
    wrong, right, count = sums[:, sums[2] > 0]  # three of [bins with texts]
    rates = (wrong / right.clamp(min=1)).tolist()
    labels = [f"{length:.0f}" for length in (right / count).tolist()]
    axes.bar(range(len(rates)), rates, color=BLUE)
    axes.set_xticks(range(len(rates)), labels)
    axes.set(xlabel="words of the right text, on average", ylabel="word error rate")
    axes.set_title("errors by length", loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def draw_metrics(axes: Axes, metrics: dict[str, float]) -> None:
    """Plot every metric of the texts."""
    names = [name.replace("_", " ") for name in metrics]
    bars = axes.barh(names, [*metrics.values()], color=LIGHT)
    axes.bar_label(bars, fmt="%.3f", padding=3)
    axes.invert_yaxis()
    axes.set_xlim(0, max(1.0, *metrics.values()) * 1.15)
    axes.set_title("all texts", loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def draw_table(axes: Axes, rows: list[tuple[str, str, str, str]]) -> None:
    """Show texts in columns, long ones cut."""
    axes.set_axis_off()
    cells = [[fold(cell) for cell in row] for row in rows]
    table = axes.table(
        cells or [[""] * len(HEADER)],
        colLabels=HEADER,
        colWidths=[0.3, 0.3, 0.3, 0.1],
        cellLoc="left",
        loc="upper left",
    )
    table.auto_set_font_size(False)
    table.set_fontsize(8)
    heights = [1, *(max(cell.count("\n") + 1 for cell in row) for row in cells)]
    for (row, _), cell in table.get_celld().items():
        cell.set_height(0.025 * heights[row] + 0.01)
        cell.set_edgecolor(GREY)
        cell.set_linewidth(0.4)


def fold(text: str) -> str:
    """Return a text as matplotlib shows it: on a few lines, no formula, all of it UTF-8."""
    shown = text.encode(errors="backslashreplace").decode()
    shown = "".join(letter if letter.isprintable() else " " for letter in shown)
    lines = textwrap.wrap(shown, WIDTH)
    short = [*lines[: LINES - 1], f"{lines[LINES - 1]} …"] if len(lines) > LINES else lines
    return "\n".join(short).replace("$", r"\$")
