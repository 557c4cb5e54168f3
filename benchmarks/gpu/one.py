"""One training in a process of its own: `python -m benchmarks.gpu.one REQUEST`.

REQUEST is a JSON file: case, loop, project, result, started and small. What was found is written
down after every part of it, so that a process that is ended for its time has not been for nothing.
"""

import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from .. import threads, traces
from ..contenders.hand import Hand
from ..contenders.ours import Ours
from ..devices import synchronize
from ..job import Job, make_job
from ..screen import screen
from .cases import CASES, HAND, OURS, PHOTOS, Case, small
from .sources import Memory, Workers


def main() -> int:
    """Measure, and write down what was found."""
    request = json.loads(Path(sys.argv[1]).read_text())
    case = next(case for case in CASES if case.name == request["case"])
    case, result = small(case) if request["small"] else case, Path(request["result"])
    with TemporaryDirectory() as logs, screen():
        job = make_job(case.as_regime, Path(request["project"]), False, Path(logs))
        loop = LOOPS[request["loop"]](case, job, request["started"])
        found: dict[str, Any] = {"steps": job.steps, "batch_size": job.prepared.train.batch_size}
        for part in (loop.first_epoch, loop.measure, loop.look_closely):
            found |= part()
            result.write_text(json.dumps(found))
    return 0


class Loop:
    """A loop that trains, and what is measured of it."""

    def __init__(self, case: Case, job: Job, started: float) -> None:
        self.case, self.job, self.number = case, job, 0
        self.started = started  # the time of the day when the process did
        self.contender: Any = self.make()

    def make(self) -> Any:
        """Return the contender."""
        raise NotImplementedError

    def run(self) -> Any:
        """Train for the next pass; return its timing."""
        self.number += 1
        return self.contender.run(self.number)

    def whole_epoch(self) -> float:
        """Train for an epoch and validate; return the time of the day when a step was done."""
        raise NotImplementedError

    def first_epoch(self) -> dict[str, Any]:
        """Return the seconds to the end of the first step, and of the first epoch."""
        steps, self.job.steps = self.job.steps, sys.maxsize
        first_step = self.whole_epoch()
        synchronize(self.job)
        self.job.steps = steps
        return {
            "first_step": first_step - self.started,
            "first_epoch": time.time() - self.started,
            "graphs": count_graphs(),
        }

    def measure(self) -> dict[str, Any]:
        """Return the seconds of each measured pass, and how much of them samples were awaited."""
        self.run()
        chosen = threads.choose(self.contender) if self.chooses else torch.get_num_threads()
        timings = [self.run() for _ in range(self.case.passes)]
        found: dict[str, Any] = {
            "threads": chosen,
            "seconds": [timing.whole for timing in timings],
            "wait": [timing.wait for timing in timings],
            "workers": self.num_workers,
        }
        if self.job.device.type == "cuda":
            found["memory_gb"] = torch.cuda.max_memory_allocated() / 1e9
        return found

    @property
    def chooses(self) -> bool:
        """Whether the loop may choose its threads."""
        return False

    @property
    def num_workers(self) -> int | None:
        """How many processes read the samples; None if they lie in memory."""
        raise NotImplementedError

    def look_closely(self) -> dict[str, Any]:
        """Return a trace and the hidden waits of a short pass; without a GPU there are none."""
        if self.job.device.type != "cuda":
            return {}
        self.number += 2
        return {
            "trace": traces.trace(self.job, self.contender, self.number - 1),
            "waits": traces.waits(self.job, self.contender, self.number),
        }


class ByHand(Loop):
    """The loop written for this job."""

    def make(self) -> Hand:
        """Return the loop: photographs as they are best on a GPU, all else as in `nox -s bench`."""
        if self.case.regime.name != PHOTOS.name:
            return Hand(self.job, HAND)
        source = Workers if self.case.streamed else Memory
        return Hand(self.job, HAND, True, self.case.compiled, source)

    def whole_epoch(self) -> float:
        """Train for an epoch, then look at the validation split."""
        before = time.time()
        seconds: float = self.contender.run(0).first
        self.contender.validate()
        return before + seconds

    @property
    def num_workers(self) -> int | None:
        """How many processes read the samples."""
        return self.contender.batches.loader.num_workers if self.case.streamed else None

    @property
    def chooses(self) -> bool:
        """Whether the loop may choose its threads: where the GPU does not set the pace anyway."""
        return self.case.regime.name != PHOTOS.name


class FirstEpoch:
    """The project's own callbacks, until the first epoch is over."""

    def __init__(self, run: Any, job: Job) -> None:
        self.run, self.job, self.first_step = run, job, 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.run, name)

    def after_step(self, *arguments: Any) -> bool:
        """Do what the project does; note when the first step was done."""
        going = bool(self.run.after_step(*arguments))
        if not self.first_step:
            synchronize(self.job)
            self.first_step = time.time()
        return going

    def after_epoch(self, *arguments: Any) -> bool:
        """Do what the project does, and end it."""
        self.run.after_epoch(*arguments)
        return False


class OurLoop(Loop):
    """The project's own."""

    def make(self) -> Ours:
        """Return the loop, on the data and the model that the job has."""
        return Ours(self.job, OURS, alone=True)

    def whole_epoch(self) -> float:
        """Train for an epoch, with validation and a checkpoint."""
        ours = self.contender
        until = FirstEpoch(ours.callbacks, self.job)
        ours.project.fit(ours.prepared, ours.prepared.train, until, 0)
        return until.first_step

    @property
    def num_workers(self) -> int | None:
        """How many processes read the samples, as the project chose."""
        source = self.contender.prepared.train.source
        return source.loader.num_workers if self.case.streamed else None

    def measure(self) -> dict[str, Any]:
        """Return the same of the project; it knows itself how long it waited for samples."""
        waited, run = [], self.contender.run

        def on_watch(number: int) -> Any:
            timing = run(number)
            waited.append(self.contender.waited)
            return timing

        self.contender.run = on_watch
        found = super().measure()
        self.contender.run = run
        return found | {"wait": waited[-self.case.passes :]}


def count_graphs() -> int:
    """Return how many graphs were compiled; what nobody has imported has compiled none."""
    dynamo = sys.modules.get("torch._dynamo.utils")
    return dynamo.counters["stats"]["unique_graphs"] if dynamo else 0


LOOPS: dict[str, type[Loop]] = {HAND: ByHand, OURS: OurLoop}

if __name__ == "__main__":
    sys.exit(main())
