"""One regime in a process of its own: `python -m benchmarks.one NAME PROJECT RESULT ROUNDS`."""

import json
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import counts, devices, gate, rounds, stalls
from .apart import apart
from .contenders.ours import Ours
from .entries import ENTRIES
from .job import make_job
from .names import HAND, OURS
from .projects import Project
from .regimes import Regime, find
from .screen import screen

EXTRA = 5  # passes of what needs no rounds


def main() -> int:
    """Measure, and write down what was found; return 1 if a contender cheats."""
    name, folder, result, number = sys.argv[1:]
    with TemporaryDirectory() as logs:
        try:
            with screen():
                found = measure(find(name), Path(folder), Path(logs), int(number))
        except gate.GateError as error:
            print(f"{name}: {error}")
            return 1
    Path(result).write_text(json.dumps(found))
    return 0


def measure(regime: Regime, folder: Path, logs: Path, number: int) -> dict[str, Any]:
    """Pass the gate, run the rounds, count."""
    Project(regime, folder).fetch()
    entries = [entry for entry in ENTRIES if regime.images or entry.name != HAND[1]]
    passed = gate.check(make_job(regime.name, folder, True, logs / "gate"), entries)
    with apart(entries, partial(make_job, regime.name, folder, False), logs) as elsewhere:
        timings = rounds.measure(elsewhere, number)

    job = make_job(regime.name, folder, False, logs / "here")
    contenders = {entry.name: entry.make(job, entry.name) for entry in entries}
    ours, after = contenders[OURS], 1
    assert isinstance(ours, Ours)
    ours.run(0)  # fills caches and pools
    found: dict[str, Any] = {
        "what": {entry.name: entry.what for entry in entries},
        "machine": devices.describe(job.device),
        "steps": job.steps,
        "batch_size": job.prepared.train.batch_size,
        "gate": passed,
        "timings": {
            name: {key: [getattr(timing, key) for timing in each] for key in each[0]._fields}
            for name, each in timings.items()
        },
        "data_wait": rounds.waiting(ours, range(after, after + EXTRA)),
        "step_flops": devices.step_flops(job),
        "matmul_flops": devices.matmul_flops(job),
    }
    if regime.floor:
        found["stall"] = stalls.measure(ours, range(after, after + EXTRA))
    if job.device.type == "cuda":
        found["busy"] = {
            name: devices.busy_share(contenders[name], after) for name in (OURS, HAND[0])
        }
    return found | {"counts": counts.count(job, contenders, after)}


if __name__ == "__main__":
    sys.exit(main())
