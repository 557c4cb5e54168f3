"""The machine, and how much of it a loop uses."""

import os
import platform
import time
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

from .job import Job
from .sources import Gathered, loss_of

SIDE, REPEATS = 2_048, 10  # of the matrices whose product says what the device can do


def describe(device: torch.device) -> dict[str, Any]:
    """Say what machine this is, and nothing of where anything lies on it."""
    found: dict[str, Any] = {
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "system": platform.system(),
        "python": platform.python_version(),
        "torch": torch.__version__,
    }
    if device.type == "cuda":
        found["device"] = torch.cuda.get_device_name(device)
    return found


def processor() -> str:
    """Return the CPU's model."""
    try:
        with open("/proc/cpuinfo") as file:
            names = [
                line.split(":", 1)[1].strip() for line in file if line.startswith("model name")
            ]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def step_flops(job: Job) -> int:
    """Count the multiplications and additions of a step, forward and backward."""
    batches = Gathered(job)
    batches.start(0)
    inputs, targets = next(iter(batches))
    model = job.new_model()
    with FlopCounterMode(display=False) as counter:
        loss_of(model(inputs), targets).backward()
    return int(counter.get_total_flops())


def matmul_flops(job: Job) -> float:
    """Return how many of them a second a large matrix product reaches, in the job's type."""
    dtype = torch.bfloat16 if job.mixed else torch.float32
    a = torch.randn(SIDE, SIDE, device=job.device, dtype=dtype)
    best = 0.0
    for _ in range(REPEATS):
        synchronize(job)
        before = time.perf_counter()
        for _ in range(3):
            torch.mm(a, a)
        synchronize(job)
        best = max(best, 3 * 2 * SIDE**3 / (time.perf_counter() - before))
    return best


def synchronize(job: Job) -> None:
    """Wait until the device has done everything."""
    if job.device.type == "cuda":
        torch.cuda.synchronize()
