"""Your data: say here how to read them; nothing else has to change.

The example spells numbers, so that the project runs before your data are in.
"""

from collections.abc import Iterator
from pathlib import Path

ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
ONES += " fifteen sixteen seventeen eighteen nineteen"
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


def read_rows(dataset_path: Path) -> Iterator[dict[str, object]]:
    """Yield each pair: what the model reads, and what it writes.

    With a file of JSON lines: `yield from map(json.loads, dataset_path.open(encoding="utf-8"))`.
    """
    for number in range(1000):
        yield {"source": str(number), "target": spell(number)}


def spell(number: int) -> str:
    """Return a number below 1,000 in words."""
    if number >= 100:
        rest = number % 100
        return f"{spell(number // 100)} hundred" + (f" and {spell(rest)}" if rest else "")
    if number >= 20:
        tens = TENS.split()[number // 10 - 2]
        return f"{tens}-{spell(number % 10)}" if number % 10 else tens
    return ONES.split()[number]
