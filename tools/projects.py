"""Render projects and run their own tests, some at a time; `nox -s projects` calls it.

All tests are run of every request in examples/ and tests/requests/ that can be made, of
answers that a seed draws (today's date; `--seed`), of projects with every feature, and of a
fifth of those cells in which everything occurs: the others have their turn with the next seeds. Of
the other cells, a part that changes with the seed runs the tests of what makes them differ:
the model, the data and the task.
"""

import argparse
import datetime
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .cells import Cell, cells, featured, few, in_turn
from .drawn import drawn, requests
from .render import renderer

SLOW = ("test_scripts.py", "test_training.py", "test_other_data.py", "test_tensorboard.py")
LIMIT_SECONDS = 900  # for the tests of one project; two minutes are what they should take
DRAWN = 3  # projects of answers by chance
TURNS, PART = 5, 10  # of the cells in which everything occurs, and of the others


class Outcome(NamedTuple):
    """How the tests of a project went."""

    name: str
    passed: bool
    seconds: float
    output: str


def main() -> int:
    """Print a line for each project, and everything of those that fail."""
    today = datetime.date.today().toordinal()
    parser = argparse.ArgumentParser(prog="nox -s projects --", description=__doc__)
    parser.add_argument("patterns", nargs="*", help="parts of names; default: as said above")
    parser.add_argument("--all", action="store_true", help="all tests of every project")
    parser.add_argument("--jobs", type=int, default=2, help="projects at a time; default: 2")
    parser.add_argument("--seed", type=int, default=today, help="of what is drawn; default: today")
    parser.add_argument("--list", action="store_true", help="print the names and end")
    options = parser.parse_args()
    asked, by_chance = requests(), drawn(options.seed, DRAWN)
    every = [*asked, *by_chance, *featured(), *cells()]
    for pattern in options.patterns:
        if not any(pattern in cell.name for cell in every):
            parser.error(f"no project has {pattern} in its name: --list prints them")
    some = in_turn(few(), TURNS, options.seed)
    whole = {cell.name for cell in [*asked, *by_chance, *featured(), *some]}
    others = [cell.name for cell in every if cell.name not in whole]
    turn = {*in_turn(others, PART, options.seed)}
    if options.all:
        whole, turn = {cell.name for cell in every}, set()
    if options.patterns:
        named = {x.name for x in every if any(part in x.name for part in options.patterns)}
        whole, turn = named, set()
    found = [cell for cell in every if cell.name in whole | turn]
    found.sort(key=lambda cell: cell.name not in whole)  # the long ones first
    if options.list:
        print(*(cell.name for cell in every), sep="\n")
        return 0
    print(f"{len(whole)} projects with all tests, {len(turn)} of {len(others)} others: ", end="")
    print(f"--seed {options.seed}", flush=True)
    with TemporaryDirectory() as folder:
        return test_all(found, whole, Path(folder), options.jobs)


def test_all(chosen: list[Cell], whole: set[str], folder: Path, jobs: int) -> int:
    """Test the projects, those in `whole` with all of their tests; return 1 if one fails."""
    failed, start = [], time.monotonic()
    with renderer() as render, ThreadPoolExecutor(jobs) as pool:
        running = []
        for cell in chosen:
            project = render(folder / cell.name / "cell", **cell.answers)
            left_out = () if cell.name in whole else SLOW
            running.append(pool.submit(test, cell.name, project, left_out))
        for count, future in enumerate(as_completed(running), 1):
            done = future.result()
            last = done.output.rstrip().rpartition("\n")[2].strip("= ")
            word = "ok    " if done.passed else "FAILED"
            print(f"[{count:2}/{len(chosen)}] {word} {done.name:48} {done.seconds:4.0f} s  {last}")
            sys.stdout.flush()
            if not done.passed:
                failed.append(done)
    for done in failed:
        print(f"\n---- {done.name}\n{done.output}")
    print(f"\n{len(chosen)} projects in {(time.monotonic() - start) / 60:.1f} minutes")
    print(f"{len(chosen) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def test(name: str, project: Path, left_out: tuple[str, ...]) -> Outcome:
    """Run pytest in a project, as its owner would, but for the files that are left out."""
    env = {"OMP_NUM_THREADS": "1", **os.environ, "HF_HUB_OFFLINE": "1"}
    without = [f"--ignore=tests/{name}" for name in left_out]
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *without]
    start = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=project, env=env, capture_output=True, text=True, timeout=LIMIT_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        output = f"{(error.stdout or b'').decode()}\nstill running after {LIMIT_SECONDS} s"
        return Outcome(name, False, LIMIT_SECONDS, output)
    seconds = time.monotonic() - start
    return Outcome(name, done.returncode == 0, seconds, done.stdout + done.stderr)


if __name__ == "__main__":
    sys.exit(main())
