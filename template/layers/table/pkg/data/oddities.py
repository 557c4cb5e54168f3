"""What is odd about a column, though it can be read: said when the column is learnt."""

import numpy as np
import pandas as pd

from .cells import Values, as_text
from .findings import Finding
from .kinds import name_kind
from .numbers import Array

FAR_DAYS = 36525  # from the median date, beyond which one that comes again stands for none
REPEATED = 3  # rows of one number, from which it may stand for none
SEEN = 0.5  # fraction of a column's cells whose categories the model should tell apart


def warn_unseen(
    name: str, texts: Values, counts: "pd.Series[int]", seen: float, findings: list[Finding]
) -> None:
    """Note a column most of whose texts the model cannot tell apart."""
    if seen >= SEEN:
        return
    some = ", ".join(map(repr, texts.iloc[:3]))
    problem = f"{len(counts)} texts in {len(texts)} rows, most of them alike to the model: {some}"
    remedy = f"name it in data.ignored_columns, or say {name_kind(name, 'number')}"
    findings.append(Finding("warning", f"column {name!r}", problem, remedy))


def warn_far(
    name: str, values: Values, found: Array, median: float, findings: list[Finding]
) -> None:
    """Note dates that stand for none, such as 9999-12-31: they are far from the others."""
    far = np.abs(found - median) > FAR_DAYS
    for text, count in as_text(values[far]).value_counts().items():
        problem = f"{text} in {count} of {len(values)} rows is far from the other dates"
        remedy = f"if it stands for no date, data.missing_values [{text}] says so"
        findings.append(Finding("warning", f"column {name!r}", problem, remedy))


def warn_sentinels(name: str, values: Values, present: Array, findings: list[Finding]) -> None:
    """Note a number that comes again, far from all others: -999 may stand for none."""
    for extreme in (np.min, np.max) if len(present) else ():
        value = extreme(present)
        others = present[present != value]
        count = len(present) - len(others)
        if count >= REPEATED and len(others) and 0 < np.ptp(others) < abs(extreme(others) - value):
            problem = f"{value:.12g} in {count} of {len(values)} rows is far from all other numbers"
            remedy = f"if it stands for none, data.missing_values ['{value:.12g}'] says so"
            findings.append(Finding("warning", f"column {name!r}", problem, remedy))
