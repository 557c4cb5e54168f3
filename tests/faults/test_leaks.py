"""Over 2,000 updates with evaluations and checkpoints, tensors and memory do not pile up.

In the short form there are 500 updates.
"""

import gc
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from faulty.engine.callbacks import Run
from runs import SHORT, make_config, run_child, said_path

EPOCH = 20  # updates
FEW, MANY = 25, 25 if SHORT else 100  # epochs
CHANGES = {
    "train_val_test_split": [0.8, 0.1, 0.1],
    "batch_size": 2,
    "early_stopping": False,
    "target_metric": None,
    "target_value": None,
    "save_every_minutes": None,
    "log_every": 10,
}
MARGIN_BYTES = 3_000_000  # of resident memory: what an allocator keeps is no leak
PAGE = os.sysconf("SC_PAGE_SIZE")


def is_early(update: int) -> bool:
    """Tell whether an update is in an epoch soon after the first."""
    return EPOCH < update < 6 * EPOCH


def is_late(update: int, epochs: int) -> bool:
    """Tell whether an update is in one of the last epochs."""
    return update > EPOCH * (epochs - 5)


def live_tensors() -> int:
    """Count the tensors that Python holds on to."""
    gc.collect()
    return sum(issubclass(type(each), torch.Tensor) for each in gc.get_objects())


def resident_bytes() -> int:
    """Return the memory that this process has in use."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def measured(epochs: int) -> list[list[int]]:
    """Train in a child; return (update, live tensors, resident bytes), thrice an epoch."""
    found: list[list[int]] = []

    def plan(name: str, about: Any) -> None:
        if (
            name == "step"
            and about % EPOCH in (10, 14, 18)
            and (is_early(about) or is_late(about, epochs))
        ):
            found.append([about, live_tensors(), resident_bytes()])
            Path("found.json").write_text(json.dumps(found))

    config = make_config("run", **CHANGES, num_epochs=epochs)
    assert run_child(config, plan) == 0, said_path(config).read_text()
    loaded: list[list[int]] = json.loads(Path("found.json").read_text())
    assert loaded[-1][0] == EPOCH * (epochs - 1) + 18
    return loaded


def growth(epochs: int) -> tuple[int, int]:
    """Return by how many tensors and bytes a late epoch needs more than an early one.

    Of each, the least counts: a checkpoint that is on its way to the disk is no leak.
    """
    found = measured(epochs)
    early = [row for row in found if is_early(row[0])]
    late = [row for row in found if is_late(row[0], epochs)]
    tensors = min(row[1] for row in late) - min(row[1] for row in early)
    return tensors, min(row[2] for row in late) - max(row[2] for row in early)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads /proc")
def test_nothing_piles_up() -> None:
    tensors, memory = growth(MANY)
    assert tensors <= 0
    assert memory < MARGIN_BYTES


@pytest.mark.parametrize("leak", ["tensors"] if SHORT else ["tensors", "bytes"])
def test_a_planted_leak_is_seen(leak: str, monkeypatch: pytest.MonkeyPatch) -> None:
    after_step: Callable[..., bool] = Run.after_step
    kept: list[object] = []

    def leaking(self: Run, state: Any, update: Any) -> bool:
        kept.append(update.bad.clone() if leak == "tensors" else bytes(40_000))
        return after_step(self, state, update)

    monkeypatch.setattr(Run, "after_step", leaking)
    tensors, memory = growth(FEW)
    if leak == "tensors":
        assert tensors > EPOCH * FEW / 2
    else:
        assert memory > MARGIN_BYTES
