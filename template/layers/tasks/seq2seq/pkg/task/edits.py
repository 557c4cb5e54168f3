"""Edit distances: how many insertions, deletions and replacements make one sequence another."""

from collections.abc import Hashable, Sequence


def edit_distance(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """Return the Levenshtein distance of two sequences: of words, or of a text's characters.

    A column of the table of distances is kept as bits, which say where neighbours differ by +1 and
    by -1 (Myers, 1999; Hyyrö, 2003): Python's integers are as long as the sequence.
    """
    if not one:
        return len(other)
    places: dict[Hashable, int] = {}  # a bit for each place of a symbol in `one`
    for i, symbol in enumerate(one):
        places[symbol] = places.get(symbol, 0) | 1 << i
    every, last, distance = (1 << len(one)) - 1, 1 << (len(one) - 1), len(one)
    up, down = every, 0  # where the column rises by 1 from row to row, and where it falls
    for symbol in other:
        equal = places.get(symbol, 0)
        diagonal = (
            (((equal & up) + up) ^ up) | equal | down
        )  # the same as one row and column before
        right, left = (
            down | (~(diagonal | up) & every),
            up & diagonal,
        )  # +1, -1 from the column before
        distance += bool(right & last) - bool(left & last)
        right, left = (right << 1 | 1) & every, (left << 1) & every
        up, down = left | (~(diagonal | right) & every), right & diagonal
    return distance
