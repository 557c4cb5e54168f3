"""How fast a run is: memory at hand, figures between log points, traces of single updates."""

import ctypes
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.profiler import profile, schedule, tensorboard_trace_handler
from torch.utils.flop_counter import FlopCounterMode

from .data.loader import Loader
from .loop import Objective

# Dense 16-bit operations a second, in millions of millions, by the makers' data sheets.
PEAKS = {"B200": 2250, "H200": 989, "H100 PCIe": 756, "H100": 989, "A100": 312, "L40S": 362}
PEAKS |= {"L40": 181, "L4": 121, "A10G": 70, "A10": 125, "V100": 125, "T4": 65, "RTX 4090": 165}
WARMUP = 10  # updates before a trace


def keep_memory() -> None:
    """Let glibc keep what tensors free: to take it anew costs up to a third of a step on a CPU."""
    with suppress(OSError, AttributeError, TypeError):  # of another C library
        for option, size in ((-3, 2**25), (-3, 2**30), (-1, 2**31 - 1)):  # as mallopt(3) has them
            ctypes.CDLL(None).mallopt(option, size)


class Meter:
    """Times updates; validation and checkpoints, which come between them, do not count."""

    def __init__(self, loader: Loader[Any], device: torch.device, flops: float | None) -> None:
        """Watch the waiting of `loader`; a sample takes so many `flops` forward on a device."""
        self.loader, self.device, self.flops = loader, device, flops
        self.clock = time.perf_counter()
        self.peak = peak_tflops(device)
        self.busy = False
        with suppress(Exception):  # without a GPU or NVML, or on a slice of a GPU
            self.busy = torch.cuda.utilization(device) >= 0
        self.begin()

    def begin(self) -> None:
        """Begin at a log point."""
        self.samples, self.seconds, self.waited = 0, 0.0, self.loader.wait_seconds

    def lap(self) -> float:
        """Return the seconds since the last call."""
        before, self.clock = self.clock, time.perf_counter()
        return self.clock - before

    def count(self, samples: int) -> float:
        """Count an update of so many samples; return the seconds since the last call."""
        seconds = self.lap()
        self.samples, self.seconds = self.samples + samples, self.seconds + seconds
        return seconds

    def read(self) -> dict[str, float]:
        """Return the figures since the last log point."""
        pace, waited = self.samples / self.seconds, self.loader.wait_seconds - self.waited
        figures = {
            "perf/samples_per_second": pace,
            "perf/data_wait": waited / self.seconds,
            "perf/memory_gb": peak_memory(self.device) or 0.0,
        }
        if self.flops:
            figures["perf/tflops"] = 3 * self.flops * pace / 1e12  # backward takes twice as many
        if self.flops and self.peak:
            figures["perf/mfu"] = figures["perf/tflops"] / self.peak
        if self.busy:
            figures["perf/device_busy"] = torch.cuda.utilization(self.device) / 100
        self.begin()
        return figures


def count_flops(model: nn.Module, objective: Objective, loader: Loader[Any]) -> float | None:
    """Return how many operations the forward pass of a sample takes, if that can be counted."""
    with suppress(Exception):  # no figure is worth a run
        batch = loader.prepare(next(iter(loader.source.read([loader.ids[:1]]))), 0)
        # With gradients and attention unfused, so that everything is counted.
        with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
            objective(model.eval(), batch)
        return float(counter.get_total_flops())
    return None


def peak_tflops(device: torch.device) -> float | None:
    """Return what a GPU is built for, as far as it is known here."""
    if device.type != "cuda":
        return None
    name = torch.cuda.get_device_name(device)
    return next((peak for known, peak in PEAKS.items() if known in name), None)


def peak_memory(device: torch.device) -> float | None:
    """Return the most gigabytes that were taken so far: of the GPU, or by this process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e9
    if sys.platform == "win32":
        return None
    import resource

    unit = 1e9 if sys.platform == "darwin" else 1e9 / 1024  # bytes there, kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def start_trace(folder: Path, updates: int) -> profile:
    """Trace some updates after the first few, for ui.perfetto.dev; `step` follows each update."""
    plan = schedule(wait=WARMUP, warmup=1, active=updates, repeat=1)
    trace = profile(schedule=plan, on_trace_ready=tensorboard_trace_handler(str(folder)))
    trace.start()
    return trace
