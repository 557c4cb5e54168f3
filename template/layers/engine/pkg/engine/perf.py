"""How fast a run is: speed and memory between log points, traces of single updates."""

import ctypes
import sys
import time
from contextlib import suppress
from pathlib import Path

import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.profiler import profile, schedule, tensorboard_trace_handler
from torch.utils.flop_counter import FlopCounterMode

from .state import Loader, Objective

# Dense 16-bit operations a second, in millions of millions, by the makers' data sheets.
PEAKS = {"B200": 2250, "H200": 989, "H100 PCIe": 756, "H100": 989, "A100": 312, "L40S": 362}
PEAKS |= {"L40": 181, "L4": 121, "A10G": 70, "A10": 125, "V100": 125, "T4": 65, "RTX 4090": 165}
WARMUP = 10  # updates before a trace
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # parameters of mallopt(3)


def keep_memory() -> None:
    """Let glibc keep what tensors free: to take it anew costs up to a third of a step on a CPU."""
    with suppress(OSError, AttributeError, TypeError):  # of another C library
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_MMAP_THRESHOLD, 2**25)  # the most that older versions take
        mallopt(M_MMAP_THRESHOLD, 2**30)
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


class Meter:
    """Times updates; validation and checkpoints, which come between them, do not count."""

    def __init__(self, loader: Loader, device: torch.device, flops: float | None) -> None:
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
        """Return the metrics since the last log point."""
        pace, waited = self.samples / self.seconds, self.loader.wait_seconds - self.waited
        metrics = {
            "perf/samples_per_second": pace,
            "perf/data_wait": waited / self.seconds,
            "perf/memory_gb": peak_memory(self.device) or 0.0,
        }
        if self.flops:
            metrics["perf/tflops"] = 3 * self.flops * pace / 1e12  # backward takes twice as many
        if self.flops and self.peak:
            metrics["perf/mfu"] = metrics["perf/tflops"] / self.peak
        if self.busy:
            metrics["perf/device_busy"] = torch.cuda.utilization(self.device) / 100
        self.begin()
        return metrics


def count_flops(model: nn.Module, objective: Objective, loader: Loader) -> float | None:
    """Return how many operations the forward pass of a sample takes, if that can be counted."""
    with suppress(Exception):  # no metric is worth a run
        batch = loader.peek(1)
        # With gradients and attention unfused, so that everything is counted.
        with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
            objective(model.eval(), batch)
        counts = counter.get_flop_counts()[type(model).__name__]  # without what follows the model
        return float(sum(counts.values()))
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
