"""A language model of characters, smoothed as Kneser and Ney do (1995): a classical baseline."""

import math
from collections import Counter, defaultdict


class KneserNey:
    """Interpolated Kneser-Ney smoothing of characters, with one discount for each length."""

    def __init__(self, text: str, order: int) -> None:
        """Count what follows each context.

        Below the order it counts after how many other characters it does so.
        """
        self.order, self.size = order, len({*text}) + 1  # one for all that was never seen
        self.counts: list[dict[str, Counter[str]]] = []
        for n in range(1, order + 1):
            found: dict[str, Counter[str]] = defaultdict(Counter)
            if n == order:
                for i in range(n - 1, len(text)):
                    found[text[i - n + 1 : i]][text[i]] += 1
            else:
                for gram in {text[i : i + n + 1] for i in range(len(text) - n)}:
                    found[gram[1:-1]][gram[-1]] += 1
            self.counts.append(found)
        self.discounts = [discount(found) for found in self.counts]

    def probability(self, context: str, character: str) -> float:
        """Return how probable a character is after a context."""
        chance = 1 / self.size
        for n, (found, less) in enumerate(zip(self.counts, self.discounts, strict=True)):
            counts = found.get(context[len(context) - n :])
            if n > len(context) or not counts:
                break
            rest = less * len(counts) / counts.total()
            chance = max(counts[character] - less, 0) / counts.total() + rest * chance
        return chance


def discount(found: dict[str, Counter[str]]) -> float:
    """Return the usual estimate of what to take from each count."""
    how_often = Counter(count for counts in found.values() for count in counts.values())
    return how_often[1] / max(1, how_often[1] + 2 * how_often[2])


def bits(model: KneserNey, text: str) -> float:
    """Return the bits that a model needs for a text."""
    width = model.order - 1
    pairs = ((text[max(0, i - width) : i], character) for i, character in enumerate(text))
    return -sum(math.log2(model.probability(*pair)) for pair in pairs)
