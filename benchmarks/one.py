"""One regime in a process of its own.

`python -m benchmarks.one NAME PROJECT RESULT ROUNDS SECONDS [tuned]`: after SECONDS no new round
begins. Contenders whose packages are not installed are left out; with `tuned`, so are the peers as
they are documented.
"""

import json
import sys
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import counts, devices, gate, rounds, stalls, traces
from .apart import Apart, apart
from .contenders.ours import Ours
from .entries import entries_here
from .job import Contender, Entry, Job, make_job
from .names import HAND, OURS
from .projects import Project
from .regimes import Regime, find
from .screen import screen

EXTRA = 5  # passes of what needs no rounds


def main() -> int:
    """Measure, and write down what was found; return 1 if a contender cheats."""
    name, folder, result, number, seconds, *tuned = sys.argv[1:]
    deadline = time.perf_counter() + float(seconds)
    with TemporaryDirectory() as logs:
        try:
            with screen():
                regime, entries = find(name), entries_here(find(name), bool(tuned))
                found = measure(regime, entries, Path(folder), Path(logs), int(number), deadline)
        except gate.GateError as error:
            print(f"{name}: {error}")
            return 1
    Path(result).write_text(json.dumps(found))
    return 0


def measure(
    regime: Regime, entries: list[Entry], folder: Path, logs: Path, number: int, deadline: float
) -> dict[str, Any]:
    """Pass the gate, run the rounds, count."""
    Project(regime, folder).fetch()
    found: dict[str, Any] = {"what": {entry.name: entry.what for entry in entries}}
    found["gate"] = gate.check(make_job(regime, folder, True, logs / "gate"), entries)
    with apart(entries, partial(make_job, regime, folder, False), logs) as elsewhere:
        found |= run_rounds(entries, elsewhere, number, deadline)

    job = make_job(regime, folder, False, logs / "here")
    contenders = {entry.name: entry.make(job, entry.name) for entry in entries}
    return found | look_closely(regime, job, contenders)


def run_rounds(
    entries: list[Entry], elsewhere: dict[str, Apart], number: int, deadline: float
) -> dict[str, Any]:
    """Let the tuned ones choose their threads, then time all; also how long they take to begin."""
    first = rounds.warm_up(elsewhere)
    chosen = {x.name: elsewhere[x.name].choose_threads() for x in entries if x.tuned}
    timings = rounds.measure(elsewhere, number, deadline)
    return {
        "threads": chosen,
        "first_step": {
            name: elsewhere[name].seconds_to_start + first[name].first for name in first
        },
        "first_pass": {
            name: elsewhere[name].seconds_to_start + first[name].whole for name in first
        },
        "memory_gb": {name: contender.peak_memory() for name, contender in elsewhere.items()},
        "timings": {
            name: {key: [getattr(timing, key) for timing in each] for key in each[0]._fields}
            for name, each in timings.items()
        },
    }


def look_closely(regime: Regime, job: Job, contenders: dict[str, Contender]) -> dict[str, Any]:
    """Measure what needs no rounds, in this process."""
    ours, after = contenders[OURS], 1
    assert isinstance(ours, Ours)
    ours.run(0)  # fills caches and pools
    found: dict[str, Any] = {
        "machine": devices.describe(job.device),
        "steps": job.steps,
        "batch_size": job.prepared.train.batch_size,
        "data_wait": rounds.waiting(ours, range(after, after + EXTRA)),
    }
    if regime.detects:  # whose losses are no matter of a few large products
        return found
    found["step_flops"] = devices.step_flops(job)
    found["matmul_flops"] = devices.matmul_flops(job)
    if regime.floor:
        found["stall"] = stalls.measure(ours, range(after, after + EXTRA))
    if job.device.type == "cuda":
        traced = {name: contenders[name] for name in (OURS, *HAND) if name in contenders}
        found["traces"] = {name: traces.trace(job, each, after) for name, each in traced.items()}
        found["waits"] = {name: traces.waits(job, each, after) for name, each in traced.items()}
    return found | {"counts": counts.count(job, contenders, after)}


if __name__ == "__main__":
    sys.exit(main())
