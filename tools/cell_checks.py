"""What every cell of the catalogue does, with its real model on real data: `nox -s cells`.

For each (task, objective, architecture) a project is made with its small real set, or the
example of its custom source. It is linted and type-checked, its own tests run, it trains by its
smoke settings, is killed and resumed, cut in parts, shared by two ranks, evaluated, and predicts
samples that it never saw. The table goes to docs/cells.md.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from . import ROOT
from .cells import Cell, cells
from .render import renderer

PYTHON = sys.executable
LIMIT_SECONDS = 1200
CORES = os.cpu_count() or 1  # each waits for processes on one thread
KEPT = ROOT / "docs/cells.json"
COLUMNS = ("lint", "types", "tests", "smoke", "resume", "split", "ranks", "evaluate", "predict")
ABOUT = """# What every cell does

Written by `nox -s cells`: each project trains its real model by `configs/smoke.yaml`, on
the CPU. *Resume*: killed within an epoch and resumed, it leaves the same bits. *Split*: a
batch in two parts has the same loss and gradient (largest difference, relative). *Ranks*: two
processes begin as one does. Dropout and batch statistics are off for the last two, and RT-DETR's
queries with noise, which depend on the image of a batch with the most objects.

"""


def main() -> int:
    """Check the cells, print a line for each and write the table; return 1 if one fails."""
    parser = argparse.ArgumentParser(prog="nox -s cells --", description=__doc__)
    parser.add_argument("patterns", nargs="*", help="parts of names; default: every cell")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    options = parser.parse_args()
    everything = list(one_of_each())
    chosen = [x for x in everything if all(part in x.name for part in options.patterns)]
    if options.list or not chosen:
        print(*(cell.name for cell in chosen or everything), sep="\n")
        return 0 if chosen else 2
    known = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    with TemporaryDirectory() as folder, renderer() as render, ThreadPoolExecutor(CORES) as workers:
        projects = (
            render(Path(folder) / cell.name / "cell", **cell.answers, distributed=True)
            for cell in chosen
        )
        for cell, found in zip(chosen, workers.map(check, projects), strict=True):
            failed = [name for name in COLUMNS if found[name] is None]
            words = f"FAILED {', '.join(failed)}" if failed else "ok"
            print(f"{cell.name:50} {found['seconds']:>4} s  {words}", flush=True)
            known[cell.name] = found
            rows = {x.name: known[x.name] for x in everything if x.name in known}
            KEPT.write_text(json.dumps(rows, indent=1) + "\n")
            (ROOT / "docs/cells.md").write_text(ABOUT + "\n".join(table(rows)) + "\n")
    return int(any(None in known[cell.name].values() for cell in chosen))


def one_of_each() -> Iterator[Cell]:
    """Yield a cell of each task, objective and architecture, the first that needs no network."""
    seen = set[tuple[str, ...]]()
    for cell in cells():
        keys = ("task", "modality", "objective", "architecture")
        key = tuple(cell.answers[name] for name in keys)
        if cell.answers["data_source"] in ("bundled", "custom") and key not in seen:
            seen.add(key)
            yield cell


def check(project: Path) -> dict[str, str | None]:
    """Return what each check found in a project, None where it failed."""
    start = time.monotonic()
    found = {
        "date": time.strftime("%Y-%m-%d"),
        "lint": passes(project, "-m", "ruff", "check", "--quiet", "."),
        "types": passes(project, "-m", "mypy", "."),
        "tests": passes(project, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
    }
    inside = run(project, str(ROOT / "tools/cell_inside.py"))
    lines = inside.stdout.splitlines()
    found |= json.loads(lines[-1]) if lines else dict.fromkeys(COLUMNS[3:7])
    if None in found.values():
        print(inside.stderr[-4000:])
    best = ["--checkpoint", "whole/best_model.pt"]
    found["evaluate"] = passes(project, "evaluate.py", *best, "--json", "report.json")
    found["predict"] = passes(project, "-c", PREDICT)
    found["seconds"] = f"{time.monotonic() - start:.0f}"
    return found


PREDICT = """
import os, sys
from pathlib import Path
import yaml
from samples import make_settings, write_inputs
data = Path(yaml.safe_load(Path("whole/config.yaml").read_text())["data"]["dataset_path"])
suffixes = {".png", ".jpg", ".txt"}
found = [data] if data.is_file() and data.suffix != ".json" else sorted(data.rglob("*"))
found = [path for path in found if path == data or path.suffix in suffixes][-5:]
inputs = [str(path) for path in found] or write_inputs(make_settings(), 5)
arguments = ["--checkpoint", "whole/best_model.pt", "--output", "predictions.jsonl"]
os.execv(sys.executable, [sys.executable, "predict.py", *inputs, *arguments])
"""


def passes(project: Path, *arguments: str) -> str | None:
    """Return "yes" if a command succeeds; otherwise print the end of what it said."""
    done = run(project, *arguments)
    if done.returncode:
        print((done.stdout + done.stderr)[-4000:])
    return None if done.returncode else "yes"


def run(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in a project, on one thread and without a network."""
    env = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "WANDB_MODE": "disabled"}
    env["PYTHONPATH"] = os.pathsep.join([str(project), str(project / "tests")])
    options: dict[str, Any] = {"cwd": project, "env": env, "timeout": LIMIT_SECONDS}
    return subprocess.run([PYTHON, *arguments], capture_output=True, text=True, **options)


def table(rows: dict[str, dict[str, str | None]]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    columns = (*COLUMNS, "date")
    yield f"| cell | {' | '.join(columns)} |"
    yield "|---" * (1 + len(columns)) + "|"
    for name, found in rows.items():
        yield f"| {name} | {' | '.join(found[each] or '**no**' for each in columns)} |"


if __name__ == "__main__":
    sys.exit(main())
