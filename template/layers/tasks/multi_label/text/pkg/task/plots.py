"""Plots of which labels are predicted and which are true, and of the texts with most errors."""

from textwrap import shorten

from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader
from ..data.schema import Schema
from .counts import CORRECT, WRONG, draw_counts, plain

WORST = 15  # texts that are shown
WIDTH = 90  # characters of each that are


def draw_plots(outputs: Tensor, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot the counts of each label, and the texts with most wrong labels.

    Args:
        outputs: Logits [N, K] of all samples of the loader.
        targets: Their labels, float32 [N, K] of 0 and 1.
        loader: Where the texts come from, in the same order.
    """
    true, predicted = targets > 0.5, outputs > 0  # [N, K]
    names = plain(loader.info.output_names)
    figure = Figure(figsize=(16.6, 6.4), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[7, 9.6])
    draw_counts(left, true, predicted, names)
    worst = (true != predicted).sum(1).argsort(descending=True, stable=True)[:WORST]
    [raw] = loader.source.read([loader.ids[worst]])
    tokenizer = Schema(**loader.info.schema).make_tokenizers()["text"]
    axes = right.subplots()
    axes.set(xlim=(0, 1), ylim=(WORST, 0))
    axes.set_axis_off()
    title = f"the most wrong labels of {len(true)} samples: + false positive, - false negative"
    axes.set_title(title, x=0.01, loc="left")
    for line, (i, tokens) in enumerate(zip(worst.tolist(), raw.inputs.tolist(), strict=True)):
        marks = zip(names, predicted[i].tolist(), true[i].tolist(), strict=True)
        labels = [f"{'-+'[p] if p != t else ''}{name}" for name, p, t in marks if p or t]
        [text] = plain([shorten(tokenizer.decode(tokens), WIDTH, placeholder=" …")])
        color = CORRECT if bool((predicted[i] == true[i]).all()) else WRONG
        axes.text(0, line + 0.3, text, fontsize=9, va="center")
        shown = shorten(", ".join(labels) or "none", WIDTH, placeholder=" …")
        axes.text(0.02, line + 0.7, shown, fontsize=9, va="center", color=color)
    return figure
