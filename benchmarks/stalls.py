"""How long the loop stands still while a checkpoint is saved."""

from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from .contenders.ours import Counted, Ours

MEGABYTES = 127  # of the checkpoint that the target is about


class Saving(Counted):
    """The project's callbacks, and a checkpoint in the middle of the pass."""

    def __init__(self, run: Any, steps: int) -> None:
        super().__init__(run, steps)
        self.middle, self.stall = steps // 2, 0.0

    def after_step(self, state: Any, *others: Any) -> bool:
        """Do what the project does; save once, and take the time."""
        going = super().after_step(state, *others)
        if self.left == self.middle:
            before = perf_counter()
            self.run.save(state)
            self.stall = perf_counter() - before
        return going


def measure(contender: Ours, passes: range) -> dict[str, float]:
    """Return the seconds of a save, and those that a pass with one takes longer."""
    stalls, longer = [], []
    for number in passes:
        contender.until = Counted
        without = contender.run(number).steady
        contender.until = Saving
        longer.append(contender.run(number).steady - without)
        assert isinstance(contender.counted, Saving)
        stalls.append(contender.counted.stall)
    contender.until = Counted
    folder = Path(contender.prepared.config.experiment.checkpoint_dir)
    megabytes = max(file.stat().st_size for file in folder.glob("*.pt")) / 1e6
    scale = MEGABYTES / megabytes
    return {
        "megabytes": megabytes,
        "stall": median(stalls) * scale,
        "worst": max(stalls) * scale,
        "longer": median(longer) * scale,
    }
