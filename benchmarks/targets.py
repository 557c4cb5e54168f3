"""What the measurements must show."""

from collections.abc import Iterator
from statistics import median
from typing import Any, NamedTuple

from .names import AGAIN, HAND, LIBRARY, OURS, PEERS, PLAIN_LOOP, REFERENCE, TUNED
from .ratios import Estimate, difference, ratio
from .regimes import Regime

OVERHEAD_SECONDS = 50e-6  # a step; or the share that the regime allows
TIE = 0.98  # as fast, where arithmetic is the floor
DATA_WAIT = 0.02
DETECTION_WAIT = 0.05
STALL_SECONDS = 0.1


class Target(NamedTuple):
    """A goal, and whether it was reached."""

    text: str
    found: str
    met: bool


def judge(regime: Regime, found: dict[str, Any] | None) -> Iterator[Target]:
    """Return the targets of a regime, if it was measured."""
    if found is None:
        return
    if regime.detects:
        yield from judge_detection(regime, found)
        return
    ours = found["timings"][OURS]["steady"]
    null = ratio(found["timings"][AGAIN]["steady"], ours)
    same = f"{regime.name}: no bias (the project beside itself: a median within 2 %)"
    yield Target(same, times(null), TIE <= null.value <= 1 / TIE)
    yield overhead(regime, found, ours)
    if regime.texts:
        faster = ratio(found["timings"][LIBRARY]["steady"], ours)
        goal = "faster than the model of transformers, of equal size, in the loop by hand"
        yield Target(f"{regime.name}: {goal}", times(faster), faster.low > 1)
    else:
        faster = ratio(found["timings"][PLAIN_LOOP]["steady"], ours)
        goal = f"{regime.plain_goal:.1f} times as fast as the plain loop"
        yield Target(f"{regime.name}: {goal}", times(faster), faster.value >= regime.plain_goal)
    for peer in PEERS:
        for name in (peer, peer + TUNED):
            if name not in found["timings"]:  # its package was not installed
                continue
            faster = ratio(found["timings"][name]["steady"], ours)
            # A win is one that the interval shows; at the floor, as good as equal is enough.
            met = faster.value >= TIE if regime.floor else faster.low > 1
            goal = "faster than" if not regime.floor else "as fast as (within 2 %)"
            yield Target(f"{regime.name}: {goal} {name}", times(faster), met)
    wait = found["data_wait"]
    yield Target(
        f"{regime.name}: waits at most {DATA_WAIT:.0%} of its time for data",
        f"{wait:.1%}",
        wait <= DATA_WAIT,
    )
    if stall := found.get("stall"):
        yield Target(
            f"{regime.name}: stands still at most {STALL_SECONDS} s for a checkpoint of 127 MB",
            f"{stall['stall']:.3f} s, at worst {stall['worst']:.3f} s",
            stall["stall"] <= STALL_SECONDS,
        )


def judge_detection(regime: Regime, found: dict[str, Any]) -> Iterator[Target]:
    """Return the targets of a regime of boxes: arithmetic is the floor, so a tie is enough."""
    ours = found["timings"][OURS]["steady"]
    null = ratio(found["timings"][AGAIN]["steady"], ours)
    same = f"{regime.name}: no bias (the project beside itself: a median within 2 %)"
    yield Target(same, times(null), TIE <= null.value <= 1 / TIE)
    for name in (x for x in found["timings"] if x not in (OURS, AGAIN)):
        faster = ratio(found["timings"][name]["steady"], ours)
        goal = f"{regime.name}: as fast as (within 2 %) {name}"
        yield Target(goal, times(faster), faster.value >= TIE)
    goal = f"{regime.name}: waits at most {DETECTION_WAIT:.0%} of its time for data"
    yield Target(goal, f"{found['data_wait']:.1%}", found["data_wait"] <= DETECTION_WAIT)


def overhead(regime: Regime, found: dict[str, Any], ours: list[float]) -> Target:
    """Compare with the faster of the loops written by hand."""
    name = fastest_hand(found)
    hand = found["timings"][name]["steady"]
    share = ratio(ours, hand)
    each = difference([x / found["steps"] for x in ours], [x / found["steps"] for x in hand])
    met = share.value - 1 <= regime.overhead or each.value <= OVERHEAD_SECONDS
    text = (
        f"{share.value - 1:+.1%} [{share.low - 1:+.1%}, {share.high - 1:+.1%}], "
        f"{each.value * 1e6:+.0f} µs a step [{each.low * 1e6:+.0f}, {each.high * 1e6:+.0f}]"
    )
    goal = f"at most {regime.overhead:.0%} or 50 µs a step over {name}".replace("%", " %")
    return Target(f"{regime.name}: {goal}", text, met)


def fastest_hand(found: dict[str, Any]) -> str:
    """Return which of the loops written by hand is the best-tuned here; of boxes there is one."""
    known = [name for name in (*HAND, REFERENCE) if name in found["timings"]]
    return min(known, key=lambda name: median(found["timings"][name]["steady"]))


def times(estimate: Estimate) -> str:
    """Show a ratio and its interval."""
    return f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}]"
