"""Some trainings in a process: `python -m benchmarks.gpu.one REQUEST`.

REQUEST is a JSON file: cases (of one project), project, result and small. What was found is written
down after every part of it, so that a process that is ended for its time was not for nothing.

In each case the project comes first: what a process learns but once, such as the fastest kernels of
cuDNN, is then learnt in its time. Traces come last, for they slow down what follows.
"""

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from .. import threads, traces
from ..contenders.hand import Hand
from ..contenders.hand_text import HandText
from ..contenders.ours import Ours
from ..devices import step_flops, synchronize
from ..job import Job, Timing, make_job
from ..screen import screen
from .cases import CASES, GPT, HAND, OURS, PHOTOS, Case, small
from .sources import Memory, Workers

STARTED = time.perf_counter()


def main() -> int:
    """Measure, and write down what was found."""
    request = json.loads(Path(sys.argv[1]).read_text())
    cases = [case for case in CASES if case.name in request["cases"]]
    found: dict[str, dict[str, Any]] = {}
    loops: dict[str, Loop] = {}

    def note(name: str, part: Callable[[], dict[str, Any]]) -> None:
        before = time.perf_counter()
        result = part()
        took = found[name].get("took", {}) | {part.__name__: time.perf_counter() - before}
        found[name] |= result | {"took": took}
        Path(request["result"]).write_text(json.dumps(found))

    with TemporaryDirectory() as folder, screen():
        before = STARTED
        for case in map(small, cases) if request["small"] else cases:
            place = Path(folder, case.name.replace(" ", "-"))
            job = make_job(case.as_regime, Path(request["project"]), False, place)
            setup = time.perf_counter() - before  # imports the first time, and reading the data
            for kind in LOOPS:
                forget_kernels(place / kind.name)
                loop = kind(case, job)
                name = f"{case.name}: {kind.name}"
                loops[name], found[name] = loop, loop.about | {"setup": setup}
                note(name, loop.first_epoch)
                note(name, loop.measure)
            before = time.perf_counter()
        for name, loop in loops.items():
            note(name, loop.look_closely)
    return 0


def forget_kernels(folder: Path) -> None:
    """Let nobody profit from what another has compiled."""
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(folder / "inductor")
    os.environ["TRITON_CACHE_DIR"] = str(folder / "triton")
    if inductor := sys.modules.get("torch._inductor.utils"):
        inductor.clear_inductor_caches()
    gc.collect()


class Loop:
    """A loop that trains, and what is measured of it."""

    name: str
    whole_epoch: Callable[[], float]  # with validation; returns when the first step was done

    def __init__(self, case: Case, job: Job) -> None:
        self.case, self.job, self.number = case, job, 0
        self.on_gpu = job.device.type == "cuda"
        self.before, self.graphs = time.perf_counter(), count_graphs()
        if self.on_gpu:
            torch.cuda.reset_peak_memory_stats()
        self.contender = self.make()

    @property
    def about(self) -> dict[str, Any]:
        """What it trains."""
        batch_size = self.job.prepared.train.batch_size
        return {"case": self.case.name, "loop": self.name, "batch_size": batch_size}

    def make(self) -> Any:
        """Return the contender."""
        raise NotImplementedError

    def run(self) -> Timing:
        """Train for the next pass; return its timing."""
        self.number += 1
        timing: Timing = self.contender.run(self.number)
        return timing

    def first_epoch(self) -> dict[str, Any]:
        """Return the seconds to the end of the first step, and of the first epoch."""
        steps, self.job.steps = self.job.steps, sys.maxsize
        first_step = self.whole_epoch()
        synchronize(self.job)
        self.job.steps = steps
        return {
            "first_step": first_step - self.before,
            "first_epoch": time.perf_counter() - self.before,
            "graphs": count_graphs() - self.graphs,  # that were compiled
        }

    def measure(self) -> dict[str, Any]:
        """Return the seconds of each measured pass, and how much of them samples were awaited."""
        self.run()
        before = torch.get_num_threads()
        chosen = threads.choose(self.contender) if self.chooses else before
        timings = [self.run() for _ in range(self.case.passes)]
        torch.set_num_threads(before)
        found: dict[str, Any] = {
            "steps": self.job.steps,
            "threads": chosen,
            "seconds": [timing.whole for timing in timings],
            "wait": [timing.wait for timing in timings],
            "workers": self.num_workers,
        }
        if self.on_gpu:
            found["memory_gb"] = torch.cuda.max_memory_allocated() / 1e9
        if self.case.regime.texts:
            length = self.job.prepared.train.info.input_shape[1]
            perf = self.job.project.module("engine.perf")
            found["tokens"] = self.job.prepared.train.batch_size * length  # of a step
            found["flops"] = step_flops(self.job)  # of a step, as torch counts them
            found["peak_tflops"] = perf.peak_tflops(self.job.device)
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
        if not self.on_gpu:
            return {}
        self.number += 2
        return {
            "trace": traces.trace(self.job, self.contender, self.number - 1),
            "waits": traces.waits(self.job, self.contender, self.number),
        }


class ByHand(Loop):
    """The loop written for this job."""

    name = HAND
    contender: Hand

    def make(self) -> Hand:
        """Return the loop: photographs as they are best on a GPU, all else as in `nox -s bench`."""
        if self.case.regime.texts:
            return HandText(self.job, HAND, compiled=self.case.compiled)
        if self.case.regime.name != PHOTOS.name:
            return Hand(self.job, HAND)
        source = Workers if self.case.streamed else Memory
        return Hand(self.job, HAND, True, self.case.compiled, source)

    def whole_epoch(self) -> float:
        """Train for an epoch, then look at the validation split."""
        before = time.perf_counter()
        seconds: float = self.contender.run(0).first
        self.contender.validate()
        return before + seconds

    @property
    def chooses(self) -> bool:
        """Whether the loop may choose its threads: where the GPU does not set the pace anyway."""
        return self.case.regime.name not in (PHOTOS.name, GPT.name)

    @property
    def num_workers(self) -> int | None:
        """How many processes read the samples."""
        source: Any = self.contender.batches
        return source.loader.num_workers if self.case.streamed else None


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
            self.first_step = time.perf_counter()
        return going

    def after_epoch(self, *arguments: Any) -> bool:
        """Do what the project does, and end it."""
        self.run.after_epoch(*arguments)
        return False


class OurLoop(Loop):
    """The project's own."""

    name = OURS
    contender: Ours

    def make(self) -> Ours:
        """Return the loop, on the data and the model that the job has."""
        return Ours(self.job, OURS, alone=True)

    def run(self) -> Timing:
        """Train for the next pass; the project knows itself how long it waited for samples."""
        return super().run()._replace(wait=self.contender.waited)

    def whole_epoch(self) -> float:
        """Train for an epoch, with validation, plots and a checkpoint."""
        ours = self.contender
        until = FirstEpoch(ours.callbacks, self.job)
        ours.project.fit(ours.prepared, ours.prepared.train, until, 0)
        return until.first_step

    @property
    def num_workers(self) -> int | None:
        """How many processes read the samples, as the project chose."""
        source = self.contender.prepared.train.source
        return source.loader.num_workers if self.case.streamed else None


LOOPS: tuple[type[Loop], ...] = (OurLoop, ByHand)


def count_graphs() -> int:
    """Return how many graphs were compiled; what nobody has imported has compiled none."""
    dynamo = sys.modules.get("torch._dynamo.utils")
    return dynamo.counters["stats"]["unique_graphs"] if dynamo else 0


if __name__ == "__main__":
    sys.exit(main())
