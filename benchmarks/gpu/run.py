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
from .cases import CASES, HAND, NUM_PHOTOS, OURS, PHOTOS, Case
from .photos import make_photos

FEW_PHOTOS = 40  # to see whether it runs
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
    make_photos(projects / PHOTOS.name / "data/photos", FEW_PHOTOS if small else NUM_PHOTOS)
    found: Found = {}
    left_out = []
    for case in CASES:
        for loop in (HAND, OURS):
            name, left = f"{case.name}: {loop}", deadline - time.monotonic()
            if only and case.name not in only:
                continue
            if small and case.compiled:
                left_out.append(f"{name} (takes minutes)")
                continue
            if left < case.seconds / 2:
                left_out.append(f"{name} (time)")
                continue
            result = run_one(
                case, loop, projects / case.regime.name, min(left, case.seconds), small
            )
            if "seconds" in result:
                found[name] = {"case": case.name, "loop": loop, **result}
            else:
                left_out.append(f"{name} ({result.get('problem', 'time')})")
    return found, left_out


def run_one(case: Case, loop: str, project: Path, seconds: float, small: bool) -> dict[str, Any]:
    """Measure one loop in a process of its own, for so many seconds at most."""
    with TemporaryDirectory() as folder:
        request, result = Path(folder) / "request.json", Path(folder) / "result.json"
        about = {"case": case.name, "loop": loop, "project": str(project), "result": str(result)}
        request.write_text(json.dumps({**about, "started": time.time(), "small": small}))
        env = {**os.environ, "HF_HUB_OFFLINE": "1"}
        env["TORCHINDUCTOR_CACHE_DIR"] = f"{folder}/compiled"  # nobody profits from another's
        command = [sys.executable, "-m", "benchmarks.gpu.one", str(request)]
        print(f"{case.name}: {loop} ...", end=" ", flush=True)
        before, problem = time.monotonic(), ""
        try:
            done = subprocess.run(command, cwd=ROOT, env=env, timeout=seconds)
            problem = f"exit {done.returncode}" if done.returncode else ""
        except subprocess.TimeoutExpired:
            problem = "time"
        print(f"{time.monotonic() - before:.0f} s {problem}", flush=True)
        found: dict[str, Any] = json.loads(result.read_text()) if result.exists() else {}
        return found | ({"problem": problem} if problem else {})


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
    lines = [show(rows(found))]
    for name, one in found.items():
        details = [f"{one['threads']} threads"]
        if one["graphs"]:
            details.append(f"{one['graphs']} graphs compiled in the first epoch")
        if one["workers"] is not None:
            wait = median(one["wait"]) / median(one["seconds"])
            details.append(f"{one['workers']} workers, waits {wait:.1%} of the time for samples")
        if waits := one.get("waits"):
            places = ", ".join(f"{place} x{count}" for place, count in waits["places"].items())
            details.append(f"{waits['a_step']:.1f} waits for the device a step: {places}")
        if trace := one.get("trace"):
            details.append(f"kernels {trace['kernel_seconds'] / step_seconds(one):.0%} of a step")
        lines.append(f"{name}: {'; '.join(details)}")
    lines.append(f"left out: {', '.join(left_out) or 'nothing'}")
    return "\n".join(lines)


def name_costly(found: Found) -> str:
    """Return the most costly operations of each case, as text."""
    return "\n".join(costly({name: x["trace"] for name, x in found.items() if "trace" in x}))
