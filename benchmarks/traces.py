"""What a CUDA device does in a step: its kernels, what it waits for, and who waits for it."""

import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch._C._autograd import DeviceType
from torch.profiler import ProfilerActivity, profile

from .job import Contender, Job

STEPS = 10  # of a pass that is looked at: one log point
COSTLY = 10  # operations that are named
BUSY = 0.85  # of a step in which kernels run; with less than that the device waits for the host
STARVED = 0.05  # of the time that is spent waiting for samples


@contextmanager
def shortened(job: Job) -> Iterator[None]:
    """Make passes short for a while."""
    before = job.steps
    job.steps = min(before, STEPS)
    try:
        yield
    finally:
        job.steps = before


def trace(job: Job, contender: Contender, number: int) -> dict[str, Any]:
    """Profile a short pass.

    Returns:
        kernels: How many a step has, copies included.
        kernel_seconds: How long they take in a step; profiling does not make them longer.
        costly: The operations whose kernels take longest, with their figures a step.
    """
    activities = [ProfilerActivity.CPU, ProfilerActivity.CUDA]
    with shortened(job):
        steps = job.steps
        with profile(activities=activities, acc_events=True) as profiler:
            contender.run(number)
    events = [x for x in profiler.key_averages() if not getattr(x, "is_user_annotation", False)]
    kernels = [x for x in events if x.device_type == DeviceType.CUDA]
    operations = [x for x in events if x.device_type == DeviceType.CPU]
    total = sum(x.self_device_time_total for x in kernels)
    operations.sort(key=lambda x: x.self_device_time_total, reverse=True)
    return {
        "kernels": sum(x.count for x in kernels) / steps,
        "kernel_seconds": total / 1e6 / steps,
        "costly": [
            {
                "operation": x.key,
                "milliseconds": x.self_device_time_total / 1e3 / steps,
                "calls": x.count / steps,
                "share": x.self_device_time_total / max(total, 1e-9),
            }
            for x in operations[:COSTLY]
        ],
    }


def waits(job: Job, contender: Contender, number: int) -> dict[str, Any]:
    """Count how often the host waits for the device in a step, and where: log points read there.

    Nobody sees such a wait in the code: it hides in a copy, an `if` or an index.
    """
    torch.cuda.set_sync_debug_mode("warn")
    try:
        with shortened(job), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            contender.run(number)
            steps = job.steps
    finally:
        torch.cuda.set_sync_debug_mode("default")
    places = Counter(
        f"{Path(each.filename).name}:{each.lineno}"
        for each in caught
        if "synchronizing" in str(each.message)
    )
    return {"a_step": places.total() / steps, "places": dict(places.most_common(COSTLY))}


def bound_by(step_seconds: float, kernel_seconds: float, data_wait: float) -> str:
    """Say what bounds the speed: `data`, the `host` that launches kernels, or the `device`."""
    if data_wait > STARVED:
        return "data"
    return "device" if kernel_seconds / step_seconds >= BUSY else "host"
