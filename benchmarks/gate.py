"""The gate: who does not do the same work is not measured.

Each contender starts from the same weights and gets the same batches, without augmentation,
weight decay and schedule, and with an epsilon in AdamW that keeps it from blowing rounding up to
whole steps. After a pass its weights must be where those of a reference are, in float32.
"""

import math
from collections.abc import Iterable
from copy import copy

import torch
from torch import Tensor

from .contenders.reference import train_plainly
from .job import Entry, Job
from .sources import Gathered, loss_of

STEPS = 8  # to leave one out is a difference of about an eighth of the way


class GateError(Exception):
    """A contender trained something else."""


def check(job: Job, entries: Iterable[Entry]) -> dict[str, float]:
    """Return how far each contender is off; raise GateError if one is too far."""
    job = copy(job)
    job.steps = STEPS
    tolerance = job.project.regime.tolerance  # sums in another order flip a ReLU at times
    train = train_plainly if job.project.regime.detects else reference
    before, expected = job.new_model().state_dict(), train(job)
    found = {}
    for entry in entries:
        if entry.other_model:
            continue
        contender = entry.make(job, entry.name)
        contender.run(0)
        found[entry.name] = distance(contender.weights(), expected, before)
        if not found[entry.name] <= tolerance:
            raise GateError(
                f"{entry.name} does other work: after {STEPS} steps its weights are "
                f"{found[entry.name]:.2g} of the way off, and {tolerance:g} is allowed"
            )
    return found


def reference(job: Job) -> dict[str, Tensor]:
    """Train with as few lines as can be; return the state."""
    model = job.new_model()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=job.learning_rate, weight_decay=0.0, eps=job.epsilon
    )
    batches = Gathered(job)
    batches.start(0)
    for inputs, targets in batches:
        optimizer.zero_grad()
        loss_of(model(inputs), targets).backward()
        optimizer.step()
    state: dict[str, Tensor] = model.state_dict()
    return state


def distance(
    found: dict[str, Tensor], expected: dict[str, Tensor], before: dict[str, Tensor]
) -> float:
    """Return how far `found` is from `expected`, as a share of the way from `before`.

    Counters must agree exactly: batch norm counts its batches.
    """
    if found.keys() != expected.keys():
        return math.inf
    off, way = 0.0, 0.0
    for name, value in expected.items():
        mine, start = found[name].to(value.device), before[name].to(value.device)
        if not value.is_floating_point():
            if not torch.equal(mine, value):
                return math.inf
            continue
        off += float((mine.double() - value.double()).square().sum())
        way += float((start.double() - value.double()).square().sum())
    return math.sqrt(off / way)
