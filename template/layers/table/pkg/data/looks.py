"""What the cells of a column of text tell, each by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from . import numbers
from .cells import Values, missing

MOSTLY = 0.9  # fraction of numbers or dates, above which the other cells are mistakes


@dataclass
class Look:
    """A column of N cells of text, as far as each cell tells by itself."""

    name: str
    present: Values  # cells that are not missing
    plain: bool  # whether all are numbers without any ornament
    counts: Mapping[str, int] = field(default_factory=dict)  # of each text, unless plain
    numbers: Mapping[str, int] = field(default_factory=dict)  # those that are numbers
    verdicts: Mapping[str, str] = field(default_factory=dict)  # `numbers.evidence` of them

    @property
    def fraction(self) -> float:
        """Return the fraction of the cells that hold a number."""
        return sum(self.numbers.values()) / max(1, sum(self.counts.values()))


def look_at(name: str, values: Values, absent: Sequence[str]) -> Look:
    """Look at each cell of a column of text."""
    present = values[~missing(values, absent)]
    nothing = np.zeros(len(present), dtype=bool)
    if not len(present) or numbers.parse_plain(present, nothing) is not None:
        return Look(name, present, plain=True)
    counts = {str(text): int(n) for text, n in present.value_counts().items()}
    found = {}
    for text, count in counts.items():
        parts = numbers.split(text)
        if parts and numbers.judge(parts[1]):
            found[text] = count
    return Look(name, present, False, counts, found, numbers.evidence(found))


def look_closely(look: Look) -> Look:
    """Return the same of plain numbers, with what each distinct text tells."""
    counts = {str(text): 1 for text in look.present.unique()}
    return Look(look.name, look.present, False, counts, counts, numbers.evidence(counts))


def decimal_of(look: Look) -> str:
    """Return the decimal mark that a column shows beyond doubt, or ""."""
    if look.plain or look.fraction <= MOSTLY or not look.verdicts.keys() - {"whole", "dotted"}:
        return ""
    try:
        return numbers.decide({**look.verdicts}, "")
    except ValueError:
        return ""
