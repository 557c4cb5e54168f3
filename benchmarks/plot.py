"""docs/benchmarks.png: a step's time of each contender, as a multiple of the project's."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from .names import OURS
from .ratios import ratio
from .regimes import Regime

BLUE, GREY = "#2a6fbb", "#9aa5b1"


def draw(path: Path, regimes: Sequence[Regime], found: dict[str, Any]) -> None:
    """Draw one panel for each regime, with intervals."""
    figure = Figure(figsize=(4.6 * len(regimes), 4.2), layout="constrained")
    for axes, regime in zip(
        figure.subplots(1, len(regimes), squeeze=False)[0], regimes, strict=True
    ):
        timings = found[regime.name]["timings"]
        names = list(reversed(timings))
        ratios = [ratio(timings[name]["steady"], timings[OURS]["steady"]) for name in names]
        low = [each.value - each.low for each in ratios]
        high = [each.high - each.value for each in ratios]
        colors = [BLUE if name.startswith(OURS) else GREY for name in names]
        axes.barh(names, [each.value for each in ratios], xerr=[low, high], color=colors)
        axes.axvline(1, color="black", linewidth=0.8)
        axes.set_title(f"{regime.name}: bound by {regime.limit}")
        axes.set_xlabel("time of a step / the project's (less is faster)")
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)
