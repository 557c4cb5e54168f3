"""The texts that are right for a source, as numbers in a batch.

A metric needs the text itself, and not what a tokenizer leaves of it: that may lack what the
vocabulary has not, or what was too long.
"""

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor

BETWEEN = 0x110000  # two texts: one more than the last code point of Unicode


def pack(texts: Sequence[str]) -> list[int]:
    """Return the code points of texts, one text after the other."""
    packed = [point for text in texts for point in (*map(ord, text), BETWEEN)]
    return packed[:-1]


def unpack(targets: Tensor) -> list[list[str]]:
    """Return the texts of each sample; int64 [B, R], -1 beyond the end."""
    rows = []
    for row in targets.tolist():
        points = [point for point in row if point >= 0]
        ends = [-1, *(i for i, point in enumerate(points) if point == BETWEEN), len(points)]
        rows.append(["".join(map(chr, points[a + 1 : b])) for a, b in pairwise(ends)])
    return rows
