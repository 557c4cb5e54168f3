"""What every contender is asked to do, and how its time is taken."""

import copy
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from .precision import allow_tf32
from .projects import Prepared, Project
from .regimes import Regime

Clock = Callable[[], float]


class Timing(NamedTuple):
    """How long a pass took, in the unit of the clock: seconds, unless something is counted."""

    steady: float  # from the first batch's arrival to the end of the last step
    whole: float  # from the request for the first batch on
    wait: float  # for later batches, with their augmentation where the main process does it
    first: float  # step: from the request for its batch to the request for the next


class Contender(Protocol):
    """A loop that trains."""

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        ...

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        ...


class Entry(NamedTuple):
    """A contender, and what is particular about it."""

    name: str
    make: Callable[["Job", str], Contender]
    what: str
    tuned: bool = False  # whether it may choose its threads
    other_model: bool = False  # whether it trains another model, of equal size


@dataclass
class Job:
    """Data, model and settings, equal for all contenders."""

    project: Project
    prepared: Prepared  # never trained
    folder: Path  # for logs
    device: torch.device
    steps: int  # of a pass
    plain: bool  # constant learning rate, no decay, no augmentation: the gate's
    clock: Clock = time.perf_counter

    @property
    def augments(self) -> bool:
        """Whether images are shifted and mirrored."""
        return not self.plain and self.project.regime.images

    @property
    def mixed(self) -> bool:
        """Whether to compute in bfloat16; on CPUs everybody computes in float32."""
        return not self.plain and self.device.type == "cuda"

    @property
    def learning_rate(self) -> float:
        """The learning rate at its highest."""
        rate: float = self.prepared.config.training.learning_rate
        return rate

    @property
    def weight_decay(self) -> float:
        """Of matrices; biases and norms have none."""
        decay: float = self.prepared.config.training.weight_decay
        return decay

    @property
    def epsilon(self) -> float:
        """AdamW's; in the gate so large that rounding cannot turn a step around."""
        return 1e-2 if self.plain else 1e-8

    @property
    def log_every(self) -> int:
        """Steps between two log points."""
        every: int = self.prepared.config.experiment.log_every
        return every

    def rate_at(self, step: int) -> float:
        """Return the learning rate's factor: half a cosine, over more steps than anyone runs."""
        return 1.0 if self.plain else 0.5 * (1 + math.cos(math.pi * min(1, step / 5_000_000)))

    def new_model(self) -> Any:
        """Return a model of one's own, with the initial weights of all."""
        return copy.deepcopy(self.prepared.model).train()

    def order(self, epoch: int) -> list[Tensor]:
        """Return the sample numbers of the batches of a pass."""
        return self.prepared.order(epoch)[: self.steps]

    def autocast(self) -> AbstractContextManager[Any]:
        """Return the context to compute in; one that does nothing costs nothing."""
        return torch.autocast(self.device.type, torch.bfloat16) if self.mixed else nullcontext()

    def place(self, contender: str) -> Path:
        """Return a folder for what a contender writes."""
        return self.folder / contender.replace(" ", "-")


def make_job(regime: Regime, project: Path, plain: bool, folder: Path) -> Job:
    """Return a job that writes into `folder`, with a prepared project that nobody trains."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    made = Project(regime, project)
    prepared = made.prepare(made.configure(folder / "job", plain, device.type))
    allow_tf32()  # whatever the project has set
    job = Job(made, prepared, folder, device, made.regime.steps, plain)
    return replace(job, steps=len(job.order(0)))


def decayed(model: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Group the weights: biases and norms have no weight decay."""
    matrices = [weight for weight in model.parameters() if weight.ndim > 1]
    others = [weight for weight in model.parameters() if weight.ndim <= 1]
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


class Pass:
    """Batches, and a stopwatch on them: each contender trains on one of these."""

    def __init__(self, job: Job, batches: Iterable[Any]) -> None:
        self.job, self.batches = job, batches
        self.wait = self.asked = self.first = self.second = 0.0

    def __len__(self) -> int:
        return self.job.steps

    def __iter__(self) -> Iterator[Any]:
        clock = self.job.clock
        self.asked = self.first = before = clock()
        for number, batch in enumerate(self.batches):
            now = clock()
            if number:
                self.wait += now - before
            else:
                self.first = now
            yield batch
            before = clock()
            if not number:
                self.second = before

    def stop(self) -> Timing:
        """Return the times up to now, when the device has done everything."""
        if self.job.device.type == "cuda":
            torch.cuda.synchronize()
        now = self.job.clock()
        first = (self.second or now) - self.asked
        return Timing(now - self.first, now - self.asked, self.wait, first)
