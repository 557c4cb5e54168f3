"""One regime in a process of its own: `python -m benchmarks.one NAME PROJECT RESULT ROUNDS`."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from . import counts, devices, gate, rounds, stalls
from .contenders.ours import Ours
from .entries import ENTRIES
from .job import Job
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
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    project = Project(regime, folder)
    project.fetch()
    entries = [entry for entry in ENTRIES if regime.images or entry.name != HAND[1]]
    passed = gate.check(make_job(project, logs / "gate", device, plain=True), entries)

    job = make_job(project, logs / "rounds", device, plain=False)
    contenders = {entry.name: entry.make(job, entry.name) for entry in entries}
    timings = rounds.measure(contenders, number)
    ours, after = contenders[OURS], number + 1
    assert isinstance(ours, Ours)
    found: dict[str, Any] = {
        "what": {entry.name: entry.what for entry in entries},
        "machine": devices.describe(device),
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
    if device.type == "cuda":
        found["busy"] = {
            name: devices.busy_share(contenders[name], after) for name in (OURS, HAND[0])
        }
    return found | {"counts": counts.count(job, contenders, after)}


def make_job(project: Project, folder: Path, device: torch.device, plain: bool) -> Job:
    """Return a job, with a prepared project that nobody trains."""
    prepared = project.prepare(project.configure(folder / "job", plain, device.type))
    job = Job(project, prepared, folder, device, project.regime.steps, plain)
    return replace(job, steps=len(job.order(0)))


if __name__ == "__main__":
    sys.exit(main())
