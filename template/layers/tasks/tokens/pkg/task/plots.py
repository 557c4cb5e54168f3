"""Plots of which labels are confused, of how well each is found, and of the worst sentences."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader
from ..data.schema import Schema
from .metrics import Array
from .objective import Objective
from .scores import Scores
from .sentences import draw_sentences, read_words
from .spans import Kinds

WORST = 8  # sentences that are shown
MAX_NUMBERS = 12  # labels, beyond which a cell is too small for its number
MAX_BARS = 40


def draw_plots(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot the confusion of labels, the F1 of each kind, and the sentences with most errors.

    Args:
        outputs: Labels of words, int64 [N, T], of all samples of the loader.
        targets: The true ones, -1 where no word begins.
        loader: Where the sentences come from, in the same order.
    """
    names = plain(loader.info.output_names)
    kinds = Kinds.of(names, targets.device) if loader.info.targets["spans"] else None
    scores = Scores(outputs, targets, Objective(kinds), len(names))
    figure = Figure(figsize=(20, 9), dpi=110, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[11, 9])
    matrix, bars = left.subplots(1, 2, width_ratios=[6, 4])
    draw_confusion(matrix, count_pairs(outputs, targets, len(names)), names)
    draw_bars(bars, scores.each(), names)

    wrong = ((outputs != targets) & (targets >= 0)).sum(1)  # [N]
    worst = wrong.argsort(descending=True, stable=True)[:WORST]
    [raw] = loader.source.read([loader.ids[worst]])
    tokenizer = Schema(**loader.info.schema).make_tokenizers()["sentence"]
    words = [read_words(*pair, tokenizer) for pair in zip(raw.inputs, raw.targets, strict=True)]
    title = f"the most wrong words: {len(worst)} of {len(targets)} sentences"
    axes = right.subplots()
    axes.set_title(f"{title}; wrong: predicted | true", loc="left", fontsize=11)
    draw_sentences(axes, words, outputs[worst], targets[worst], names)
    return figure


def count_pairs(predicted: Tensor, true: Tensor, num_outputs: int) -> Array:
    """Return how many words of each label are predicted as which [K, K]; below 0 none counts."""
    counted = (predicted >= 0) & (true >= 0)
    cells = (true * num_outputs + predicted)[counted].bincount(minlength=num_outputs**2)
    counts: Array = cells.view(num_outputs, num_outputs).numpy().astype(float)
    return counts


def plain(names: Sequence[str]) -> list[str]:
    """Return texts as matplotlib takes them: no formulas, all of it UTF-8."""
    shown = (name.encode(errors="backslashreplace").decode() for name in names)
    return [name.replace("$", r"\$") for name in shown]


def draw_confusion(axes: Axes, counts: Array, names: Sequence[str]) -> None:
    """Show which part of the words of each true label [K, K] is predicted as which."""
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
    axes.set_title("shares of the words of each label", loc="left")


def draw_bars(axes: Axes, rows: Sequence[dict[str, float]], names: Sequence[str]) -> None:
    """Show the F1 of each kind of entity, or of each label where they are plain.

    Args:
        axes: Where to draw.
        rows: What `Scores.each` says of each label.
        names: Of the labels.
    """
    spans = any("word_f1" in row for row in rows)
    pairs = zip(names, rows, strict=True)
    kept = [(name[2:] if spans else name, row) for name, row in pairs if "f1" in row][:MAX_BARS]
    places = range(len(kept))
    axes.barh(places, [np.nan_to_num(row["f1"]) for _, row in kept], color="#2563a8")
    for place, (_, row) in zip(places, kept, strict=True):
        word = "absent" if np.isnan(row["f1"]) else f"{row['f1']:.2f}"
        axes.text(0.02, place, word, va="center", color="white" if row["f1"] > 0.1 else "black")
    axes.set_yticks(places, [name for name, _ in kept])
    axes.set(xlim=(0, 1), ylim=(max(len(kept), 1) - 0.5, -0.5))
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title("F1 of entities (strict)" if spans else "F1 of words", loc="left")
