"""Counts that noise cannot touch: operations, and reads by the host, a step."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from .job import Contender, Job

READS = {"aten::_local_scalar_dense", "aten::equal", "aten::nonzero"}  # item, float, bool, if
COPIES = {"tolist", "cpu", "numpy"}  # on a CPU they are no operation, on a device they wait
STEPS = 10  # of a pass whose operations are counted: one log point


class Operations(TorchDispatchMode):
    """Counts the operations that tensors go through, backward ones included."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.all = self.reads = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.all += 1
        self.reads += func.name().split(".")[0] in READS
        return func(*args, **(kwargs or {}))


class Copies(TorchFunctionMode):
    """Counts the calls that hand a tensor's numbers to Python."""

    def __init__(self) -> None:
        super().__init__()
        self.all = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.all += getattr(func, "__name__", "") in COPIES
        return func(*args, **(kwargs or {}))


def count(
    job: Job, contenders: Mapping[str, Contender], number: int
) -> dict[str, dict[str, float]]:
    """Return operations and reads a step of each contender, on a clock that counts them."""
    before, found = (job.clock, job.steps), {}
    job.steps = min(job.steps, STEPS)
    for name, contender in contenders.items():
        found[name] = {
            "operations": once(job, contender, number, lambda all_, reads: all_),
            "reads": once(job, contender, number + 1, lambda all_, reads: reads),
        }
    job.clock, job.steps = before
    return found


def once(job: Job, contender: Contender, number: int, choose: Callable[[int, int], int]) -> float:
    """Return what `choose` takes of (operations, reads), a step of a pass."""
    with Copies() as copies, Operations() as operations, torch.no_grad():
        job.clock = lambda: choose(operations.all, operations.reads + copies.all)
        with torch.enable_grad():
            return contender.run(number).steady / job.steps
