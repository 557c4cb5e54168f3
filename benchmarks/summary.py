"""One table for the terminal: how fast each loop is, what it launches, and how soon it began."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Any, NamedTuple

from .names import AGAIN, HAND, OURS, REFERENCE, TUNED
from .targets import fastest_hand

START, END = ("regime", "loop", "samples/s", "of hand"), ("1st step", "1st epoch", "memory")
HEAD = (*START, "launches", "bound by", *END)
LEGEND = """samples/s: without the first pass. of hand: the same, over that of the loop by hand.
launches: kernels a step on a GPU, operations on a CPU. bound by: what a step waits for.
memory: peak, of the GPU. 1st step, 1st epoch: seconds to their end, {since}."""


class Row(NamedTuple):
    """What was measured of a loop; None is not known."""

    regime: str
    loop: str
    rate: float  # samples a second
    of_hand: float | None
    launches: float | None  # a step
    bound: str | None
    first_step: float | None  # seconds
    first_epoch: float | None  # seconds
    memory_gb: float | None


def show(rows: Iterable[Row], since: str) -> str:
    """Return the table as text; it says `since` when the seconds to the first step are counted."""
    cells = [HEAD, *(cells_of(row) for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(HEAD))]
    lines = []
    for line in cells:
        padded = [
            text.ljust(width) if i < 2 else text.rjust(width)
            for i, (text, width) in enumerate(zip(line, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join([*lines, LEGEND.format(since=since)])


def cells_of(row: Row) -> tuple[str, ...]:
    """Return the cells of a line."""
    return (
        row.regime,
        row.loop,
        f"{row.rate:,.0f}",
        number(row.of_hand, ".0%"),
        number(row.launches, ".0f"),
        row.bound or "-",
        number(row.first_step, ".1f", " s"),
        number(row.first_epoch, ".1f", " s"),
        number(row.memory_gb, ".2f", " GB"),
    )


def number(value: float | None, form: str, unit: str = "") -> str:
    """Show a figure, or that there is none."""
    return "-" if value is None else f"{value:{form}}{unit}"


def rows_of(regime: str, found: dict[str, Any]) -> list[Row]:
    """Return the rows of a regime that `one.py` measured: ours, by hand, and the tuned peers."""
    names = [x for x in found["timings"] if x in (OURS, REFERENCE, *HAND) or x.endswith(TUNED)]
    hand = median(found["timings"][fastest_hand(found)]["steady"])
    return [row_of(regime, name, found, hand) for name in names if name != AGAIN]


def row_of(regime: str, name: str, found: dict[str, Any], hand: float) -> Row:
    """Return the row of a contender."""
    seconds = median(found["timings"][name]["steady"])
    traced: dict[str, Any] = found.get("traces", {}).get(name, {})
    bound = None
    if traced:
        from .traces import bound_by  # needs torch, which who only reads reports may lack

        wait = median(found["timings"][name]["wait"]) / seconds
        bound = bound_by(seconds / found["steps"], traced["kernel_seconds"], wait)
    return Row(
        regime,
        name,
        found["batch_size"] * found["steps"] / seconds,
        hand / seconds,
        traced.get("kernels", found.get("counts", {}).get(name, {}).get("operations")),
        bound,
        found.get("first_step", {}).get(name),
        found.get("first_pass", {}).get(name),
        found.get("memory_gb", {}).get(name),
    )


def costly(traces: dict[str, dict[str, Any]]) -> Sequence[str]:
    """Return lines that name the most costly operations of each trace."""
    lines = []
    for name, traced in traces.items():
        lines.append(f"{name}: {traced['kernels']:.0f} kernels, {traced['kernel_seconds']:.2e} s")
        lines += [
            f"  {x['share']:6.1%} {x['milliseconds']:9.3f} ms {x['calls']:6.1f} x {x['operation']}"
            for x in traced["costly"]
        ]
    return lines
