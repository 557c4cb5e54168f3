"""Sentences with their labels, as a plot: what is right, and what is wrong."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from matplotlib.axes import Axes
from torch import Tensor

from ..data.tokenizer import Tokenizer

RIGHT, WRONG, REST, NOTE = "#2a7f3f", "#c0392b", "#333333", "#8a8f98"
WIDTH, LINES = 92, 34  # characters of a line, and lines of the plot


class Piece(NamedTuple):
    """Some characters in one colour."""

    text: str
    colour: str


def read_words(tokens: Tensor, labels: Tensor, tokenizer: Tokenizer) -> list[str]:
    """Return the text of each word of a sentence.

    Args:
        tokens: int64 [T], -1 beyond the end.
        labels: int64 [T], -1 where no word begins.
        tokenizer: What made the tokens.
    """
    starts = (labels >= 0).nonzero().flatten().tolist()
    ids = tokens.tolist()
    ends = [*starts[1:], len(ids)]
    pairs = zip(starts, ends, strict=True)
    return [tokenizer.decode(ids[start:end]).strip() for start, end in pairs]


def draw_sentences(
    axes: Axes,
    words: Sequence[Sequence[str]],
    predicted: Tensor,
    true: Tensor,
    names: Sequence[str],
) -> None:
    """Write sentences: labels that are wrong red, with both; those that are right and rare green.

    Args:
        axes: Where to draw.
        words: Of R sentences.
        predicted: Their labels, int64 [R, T].
        true: The true ones, -1 where no word begins.
        names: Of the labels; the one that most words have is not shown.
    """
    axes.set(xlim=(0, WIDTH), ylim=(LINES, -1))
    axes.set_axis_off()
    usual = int(true[true >= 0].mode().values) if (true >= 0).any() else -1
    line = 0
    for sentence, found, wanted in zip(words, predicted, true, strict=True):
        column, there = 0, wanted >= 0
        labels = zip(found[there].tolist(), wanted[there].tolist(), strict=True)
        for word, (one, other) in zip(sentence, labels, strict=True):
            for piece in describe(word, one, other, names, usual):
                if column and column + len(piece.text) > WIDTH:
                    line, column = line + 1, 0
                if line >= LINES:
                    return
                style: dict[str, Any] = {"family": "monospace", "fontsize": 10, "clip_on": True}
                shown = piece.text.replace("$", r"\$")
                axes.text(column, line, shown, color=piece.colour, va="center", **style)
                column += len(piece.text) + 1
        line += 2


def describe(
    word: str, predicted: int, true: int, names: Sequence[str], usual: int
) -> Iterator[Piece]:
    """Yield a word with its labels: both where they differ, none where both are the usual one."""
    right = predicted == true
    if right and true == usual:
        yield Piece(word, REST)
        return
    yield Piece(word, RIGHT if right else WRONG)
    said = names[predicted] if predicted >= 0 else "?"
    yield Piece(f"[{said}]" if right else f"[{said} | {names[true]}]", NOTE)
