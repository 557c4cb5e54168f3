"""All that is measured on a CUDA device, in a limited time, and one table of it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from tools import ROOT

from ..summary import Row, costly, show
from ..traces import bound_by
from .cases import CASES, GROUPS, HAND, NUM_PHOTOS, OURS, PHOTOS, SIDE, Case
from .photos import make_photos

FEW_PHOTOS = 40  # to see whether it runs
FEWEST_SECONDS = 25.0  # with fewer nothing is begun
Found = dict[str, dict[str, Any]]  # by case and loop


def measure(
    projects: Path, deadline: float, small: bool, only: list[str] | None = None
) -> tuple[Found, list[str]]:
    """Measure every case by hand and by the project; return also what was left out.

    Args:
        projects: The folder of the projects.
        deadline: When to end, in the time of `time.monotonic`.
        small: Whether to see that it runs, instead of measuring.
        only: Names of the cases to measure; None: all.
    """
    chosen = [case for case in CASES if case.name in (only or [case.name])]
    left_out = []
    if small:  # to compile takes minutes on a CPU
        left_out = [f"{case.name} (takes minutes)" for case in chosen if case.compiled]
        chosen = [case for case in chosen if not case.compiled]
    if any(case.regime is PHOTOS for case in chosen):
        data = projects / PHOTOS.name / "data"
        make_photos(data / "photos", data / "shrunk", SIDE, FEW_PHOTOS if small else NUM_PHOTOS)
    found: Found = {}
    for group in GROUPS:
        cases = [case for case in group if case in chosen]
        if not cases:
            continue
        seconds = deadline - time.monotonic()
        results: Found = {}
        problem = "time"
        if seconds > FEWEST_SECONDS:
            project = projects / cases[0].regime.name
            results, problem = run_group(cases, project, seconds, small)
        for name in (f"{case.name}: {loop}" for case in cases for loop in (OURS, HAND)):
            if "seconds" in results.get(name, {}):
                found[name] = results[name]
            else:
                left_out.append(f"{name} ({problem})")
    return found, left_out


def run_group(cases: list[Case], project: Path, seconds: float, small: bool) -> tuple[Found, str]:
    """Measure cases in a process of their own, for so many seconds at most.

    Returns:
        What was found by then, and what the problem was: `time`, `exit` and its code, or nothing.
    """
    names = [case.name for case in cases]
    with TemporaryDirectory() as folder:
        request, result = Path(folder) / "request.json", Path(folder) / "result.json"
        about = {"cases": names, "project": str(project), "result": str(result), "small": small}
        request.write_text(json.dumps(about))
        command = [sys.executable, "-m", "benchmarks.gpu.one", str(request)]
        print(*names, sep=", ", end=" ... ", flush=True)
        before, problem = time.monotonic(), ""
        env = {**os.environ, "HF_HUB_OFFLINE": "1"}
        try:
            done = subprocess.run(command, cwd=ROOT, env=env, timeout=seconds)
            problem = f"exit {done.returncode}" if done.returncode else ""
        except subprocess.TimeoutExpired:
            problem = "time"
        print(f"{time.monotonic() - before:.0f} s {problem}", flush=True)
        return json.loads(result.read_text()) if result.exists() else {}, problem


def rows(found: Found) -> Iterator[Row]:
    """Return the rows of the table."""
    for one in found.values():
        step = step_seconds(one)
        hand = found.get(f"{one['case']}: {HAND}")
        trace: dict[str, Any] = one.get("trace", {})
        bound = None
        if trace:
            streamed = one["workers"] is not None
            wait = median(one["wait"]) / median(one["seconds"]) if streamed else 0.0
            bound = bound_by(step, trace["kernel_seconds"], wait)
        yield Row(
            one["case"],
            one["loop"],
            one["batch_size"] / step,
            step_seconds(hand) / step if hand else None,
            trace.get("kernels"),
            bound,
            one["first_step"],
            one["first_epoch"],
            one.get("memory_gb"),
        )


def step_seconds(one: dict[str, Any]) -> float:
    """Return the time of a step."""
    seconds: float = median(one["seconds"]) / one["steps"]
    return seconds


def report(found: Found, left_out: list[str]) -> str:
    """Return the table, and what it does not show."""
    lines = [show(rows(found), "from when imports were done and data read (`ready`)")]
    for name, one in found.items():
        details = [f"ready in {one['setup']:.0f} s", f"{one['threads']} threads"]
        if one["graphs"]:
            details.append(f"{one['graphs']} graphs compiled in the first epoch")
        if one["workers"] is not None:
            wait = median(one["wait"]) / median(one["seconds"])
            details.append(f"{one['workers']} workers, waits {wait:.1%} of the time for samples")
        if waits := one.get("waits"):
            places = ", ".join(f"{place} x{count}" for place, count in waits["places"].items())
            details.append(f"{waits['a_step']:.1f} waits for the device a step: {places}")
        if tokens := one.get("tokens"):
            details.append(f"{tokens / step_seconds(one):,.0f} tokens a second")
        if peak := one.get("peak_tflops"):
            share = one["flops"] / step_seconds(one) / (1e12 * peak)
            details.append(f"{share:.1%} of the device's 16-bit peak")
        if trace := one.get("trace"):
            details.append(f"kernels {trace['kernel_seconds'] / step_seconds(one):.0%} of a step")
        lines.append(f"{name}: {'; '.join(details)}")
    lines.append(f"left out: {', '.join(left_out) or 'nothing'}")
    return "\n".join(lines)


def name_costly(found: Found) -> str:
    """Return the most costly operations of each case, as text."""
    return "\n".join(costly({name: x["trace"] for name, x in found.items() if "trace" in x}))
