"""Plots of where in a window tokens are foreseen, and of texts with what each token costs."""

from collections.abc import Iterator

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from ..data.dataloader import SplitLoader
from ..data.schema import Schema
from ..data.tokenizer import Tokenizer
from .objective import Judged

PASSAGES = 3  # windows that are shown
MAX_CELLS = 60, 12  # characters of a line, lines of a passage
DEAREST = 8.0  # bits of a token, from which its colour is the darkest
NATS = 0.6931471805599453  # of a bit


def draw_plots(outputs: Judged, targets: Tensor, loader: SplitLoader) -> Figure:
    """Plot the loss by the position in a window, and the bits of each token of some texts.

    Args:
        outputs: What is known of the tokens of all windows of the loader, [N, T].
        targets: Bytes of the windows, int64 [N].
        loader: Where the windows come from, in the same order.
    """
    figure = Figure(figsize=(16, 8), dpi=120, layout="constrained")
    [[left, right]] = figure.subfigures(1, 2, squeeze=False, width_ratios=[6, 10])
    draw_positions(left.subplots(), outputs)
    tokenizer = Schema(**loader.info.schema).make_tokenizer()
    count = len(targets)
    rows = torch.arange(min(PASSAGES, count)) * count // min(PASSAGES, count)
    [batch] = loader.source.read([loader.ids[rows]])
    right.suptitle("bits of each token: the darker, the less it was foreseen", x=0.01, ha="left")
    places = right.subplots(len(rows), 1, squeeze=False)
    for axes, row, labels in zip(places.flat, rows.tolist(), batch.labels.cpu(), strict=True):
        draw_passage(axes, labels, outputs.losses[row] / NATS, tokenizer)
    return figure


def draw_positions(axes: Axes, outputs: Judged) -> None:
    """Show the mean loss of the tokens at each position of a window."""
    counts = (outputs.hits >= 0).sum(0).clamp(min=1)  # [T]
    bits = outputs.losses.sum(0) / counts / NATS
    axes.plot(range(1, len(bits) + 1), bits.numpy(), color="#2563a8")
    axes.set(xlabel="tokens before", ylabel="bits of a token", ylim=(0, None))
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"what context is worth: {len(outputs.hits)} windows", loc="left")


def draw_passage(axes: Axes, labels: Tensor, bits: Tensor, tokenizer: Tokenizer) -> None:
    """Show a text, its tokens [T] on colours that say how many bits [T] each took."""
    width, height = MAX_CELLS
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    for word, cost, column, line in lay_out(labels, bits, tokenizer):
        shade = min(1.0, cost / DEAREST)
        colour = (1 - 0.25 * shade, 1 - 0.75 * shade, 1 - 0.85 * shade)
        axes.text(
            column,
            line + 0.5,
            word.replace("$", r"\$"),
            family="monospace",
            fontsize=10,
            va="center",
            bbox={"facecolor": colour, "edgecolor": "none", "pad": 0.5},
        )


def lay_out(
    labels: Tensor, bits: Tensor, tokenizer: Tokenizer
) -> Iterator[tuple[str, float, int, int]]:
    """Yield each token that is shown: its text, its bits, and where it stands."""
    width, height = MAX_CELLS
    column, line = 0, 0
    for number, cost in zip(labels.tolist(), bits.tolist(), strict=True):
        word = tokenizer.decode([number]) if number >= 0 else ""
        shown = "".join(letter if letter.isprintable() else "\u00b7" for letter in word)
        if column + len(shown) > width:
            column, line = 0, line + 1
        if line >= height:
            return
        if shown:
            yield shown, cost, column, line
        column += len(shown)
        if "\n" in word:
            column, line = 0, line + 1
