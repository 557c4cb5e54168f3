"""docs/benchmarks.md: what was measured, where, and what it says."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from .names import AGAIN, OURS, PLAIN_LOOP, REFERENCE
from .ratios import ratio
from .regimes import ALL, Regime
from .targets import Target, times

INTRODUCTION = """# Benchmarks

`nox -s bench` wrote this from what it measured. The contenders of a regime take turns, each in a
process of its own, so that what one sets for a whole process helps nobody else: each round runs a
pass of each, in an order that is drawn anew, and every figure below is the median over rounds.
Times are of a step, from the arrival of the first batch to the end of the last step (*whole*: from
the request for the first batch, with the start of workers). A ratio is the median of the rounds'
ratios to the generated project, with a bootstrap interval of 95 %; above 1 the project is faster.
*{again}* is the same contender twice: its ratio is the noise.

Before, a gate: from the same weights on the same batches, without augmentation, weight decay and
schedule, each must end where a reference ends in float32. *gate* is how far off its weights are,
as a share of the way that they went. All train without dropout and clipping, log every ten steps,
and draw their progress bars on a terminal that nobody looks at. *waiting* is the time between two
batches, with the augmentation where the main process does it. Operations and host reads are
counted, not timed; those of worker processes are not among them. *documented* is as the library's
introduction shows it, *tuned* is the best that we know of it; tuned loops and those written by hand
tell glibc to keep freed memory, as the project does. *{plain}* is one as tutorials write it: it
reads the loss and the hits at each step, and four workers load its samples one by one.

*threads*: the loops by hand and the tuned ones take the better of one thread and all, found by
a short trial before the rounds, since a fused optimizer's step can be dearer with several. All
others, and the project, have those that torch takes by itself.

Detectors are trained by all on the project's own batches, so that loops alone differ. *{reference}*
is a loop in the manner of torchvision's training script, and Hugging Face's Trainer is tuned.
"""
HEAD = (
    "contender",
    "ms a step",
    "whole",
    "samples/s",
    "ratio to the project",
    "threads",
    "waiting",
    "operations",
    "reads",
    "gate",
)


def write(folder: Path, found: dict[str, Any], targets: Sequence[Target]) -> None:
    """Write the report and the plot."""
    measured = [regime for regime in ALL if regime.name in found]
    lines = [INTRODUCTION.format(again=AGAIN, plain=PLAIN_LOOP, reference=REFERENCE)]
    if measured:
        from .plot import draw  # needs matplotlib

        draw(folder / "benchmarks.png", measured, found)
        lines += ["![Time of a step, for each contender](benchmarks.png)\n"]
    for regime in measured:
        lines += section(regime, found[regime.name])
    lines += ["## Targets\n", *table(("target", "found", "met"), rows_of(targets))]
    (folder / "benchmarks.md").write_text("\n".join(lines) + "\n")


def section(regime: Regime, found: dict[str, Any]) -> Iterator[str]:
    """Return the lines about one regime."""
    rounds = len(found["timings"][OURS]["steady"])
    yield f"## {regime.name}: bound by {regime.limit}\n"
    yield f"{regime.what}. {rounds} rounds of {found['steps']} steps.\n"
    yield f"{machine(found['machine'])}. Peers: {', '.join(found['peers'])}.\n"
    yield from table(HEAD, (row(name, found) for name in found["timings"]))
    yield f"\n{facts(found)}\n"
    for name, what in found["what"].items():
        yield f"- *{name}*: {what}"
    yield ""


def row(name: str, found: dict[str, Any]) -> list[str]:
    """Return the cells of one contender."""
    timing, steps = found["timings"][name], found["steps"]
    counts = found.get("counts", {}).get(name)  # of boxes they are not counted
    threads = found.get("threads", {}).get(name, found["machine"]["threads"])
    step = median(timing["steady"]) / steps
    against = ratio(timing["steady"], found["timings"][OURS]["steady"])
    return [
        name,
        f"{step * 1e3:.3f}",
        f"{median(timing['whole']) / steps * 1e3:.3f}",
        f"{found['batch_size'] / step:,.0f}",
        "" if name == OURS else times(against),
        str(threads),
        f"{median(w / s for w, s in zip(timing['wait'], timing['steady'], strict=True)):.1%}",
        f"{counts['operations']:.0f}" if counts else "",
        f"{counts['reads']:.1f}" if counts else "",
        f"{found['gate'][name]:.0e}" if name in found["gate"] else "",  # of another model
    ]


def facts(found: dict[str, Any]) -> str:
    """Say what else was measured."""
    if "step_flops" not in found:
        return f"The project says that it waits for samples {found['data_wait']:.1%} of its time."
    step = median(found["timings"][OURS]["steady"]) / found["steps"]
    rate, peak = found["step_flops"] / step, found["matmul_flops"]
    text = (
        f"The project says that it waits for samples {found['data_wait']:.1%} of its time. A step "
        f"is {found['step_flops'] / 1e9:.3f} GFLOP, done at {rate / peak:.0%} of the rate of a "
        f"large matrix product ({peak / 1e9:,.0f} GFLOP/s)."
    )
    if stall := found.get("stall"):
        text += (
            f" A save of {stall['megabytes']:.0f} MB, scaled to 127 MB, holds the loop for "
            f"{stall['stall']:.3f} s ({stall['worst']:.3f} s at worst), and makes a pass "
            f"{stall['longer']:+.3f} s longer."
        )
    for name, traced in found.get("traces", {}).items():
        share = traced["kernel_seconds"] * found["steps"] / median(found["timings"][name]["steady"])
        text += (
            f" *{name}* launches {traced['kernels']:.0f} kernels, which run {share:.0%} of a step."
        )
    return text


def machine(facts: dict[str, Any]) -> str:
    """Name the machine."""
    device = f"{facts['device']}, " if "device" in facts else ""
    return (
        f"{device}{facts['processor']}, {facts['cores']} cores, {facts['threads']} threads, load "
        f"{facts['load']} at the end, torch {facts['torch']}, Python {facts['python']}, "
        f"{facts['system']}"
    )


def rows_of(targets: Sequence[Target]) -> Iterator[list[str]]:
    """Return a row for each target."""
    return ([target.text, target.found, "yes" if target.met else "**no**"] for target in targets)


def table(head: Sequence[str], rows: Iterator[list[str]]) -> Iterator[str]:
    """Return the lines of a table."""
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for cells in rows:
        yield f"| {' | '.join(cells)} |"
