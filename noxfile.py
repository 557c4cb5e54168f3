"""`nox` runs what must pass; `nox --list` says what else there is. Only nox has to be installed.

All sessions and all rendered projects share one environment with torch. It is built once,
from requirements/tested.txt; MLDL_PYTHON names an interpreter with all of that list to use in
its place.
"""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import nox

ROOT = Path(__file__).resolve().parent
PYTEST = ("pytest", "--numprocesses", "2", "--durations", "5")
ADDED = {"OMP_NUM_THREADS": "1"}  # several processes run beside each other

nox.needs_version = ">=2026.4.10"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "layers", "questions", "rendering", "update", "projects"]
nox.options.sessions += ["faults_short"]


@cache
def shared_python() -> str:
    """Return the interpreter of the shared environment; the first call may build it."""
    command = [sys.executable, str(ROOT / "tools/environment.py")]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return output.splitlines()[-1]


def run(session: nox.Session, module: str, *arguments: str, **env: str) -> None:
    """Run a Python module in the shared environment."""
    python = shared_python()
    path = os.pathsep.join([str(Path(python).parent), os.environ["PATH"]])
    env = {**ADDED, "PATH": path, **env}
    session.run(python, "-m", module, *arguments, env=env, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Run the hooks of .pre-commit-config.yaml on every file."""
    run(session, "pre_commit", "run", "--all-files", "--show-diff-on-failure")


@nox.session
def layers(session: nox.Session) -> None:
    """Type-check and test the layers where they stand; test the extension and the benchmarks."""
    run(session, "tools.stacks")
    tests = ("tests/layers", "tests/extension", "tests/benchmarks")
    apart = ("--ignore-glob=*/test_interactive.py", "--ignore-glob=*/test_update.py")
    run(session, *PYTEST, *tests, *apart, *session.posargs)


@nox.session
def questions(session: nox.Session) -> None:
    """Answer the questions through a pseudo-terminal."""
    tests = ("tests/questions", "tests/extension/test_interactive.py")
    run(session, *PYTEST, *tests, *session.posargs)


@nox.session
def rendering(session: nox.Session) -> None:
    """Render every cell and every pair of answers; lint and type-check what comes out."""
    run(session, *PYTEST, "tests/rendering", *session.posargs)


@nox.session
def update(session: nox.Session) -> None:
    """Update projects from one version of the template to the next."""
    run(session, *PYTEST, "tests/update", "tests/extension/test_update.py", *session.posargs)


@nox.session
def projects(session: nox.Session) -> None:
    """Run the tests of rendered projects; `-- --all` runs all of them, `-- vit` some."""
    run(session, "tools.projects", *session.posargs)


@nox.session
def faults(session: nox.Session) -> None:
    """Plant every fault at every point of short runs and compare how they end, bit for bit."""
    run(session, *PYTEST, "tests/faults", *session.posargs)


@nox.session
def faults_short(session: nox.Session) -> None:
    """Plant the same faults at some of the points; the default sessions do."""
    run(session, *PYTEST, "tests/faults", *session.posargs, FAULTS_SHORT="1")


@nox.session
def demo(session: nox.Session) -> None:
    """Make a project from a request, train, evaluate and predict; `-- FOLDER` names it."""
    threads = str(os.cpu_count() or 1)
    run(session, "tools.demo", *session.posargs, OMP_NUM_THREADS=threads)


@nox.session
def figures(session: nox.Session) -> None:
    """Train the recipes of the README's table anew and write docs/figures.md."""
    threads = str(os.cpu_count() or 1)
    run(session, "tools.figures", *session.posargs, OMP_NUM_THREADS=threads)


@nox.session(name="cells")
def check_cells(session: nox.Session) -> None:
    """Check every cell with its real model and write docs/cells.md; `-- PART` of its name."""
    run(session, "tools.cell_checks", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """Measure training beside other loops and write docs/benchmarks.md; needs idle cores."""
    threads = os.environ.get("OMP_NUM_THREADS", str(os.cpu_count() or 1))
    run(session, "benchmarks", *session.posargs, OMP_NUM_THREADS=threads)


@nox.session
def ranks(session: nox.Session) -> None:
    """Train on two hosts, as two network namespaces: makes them, so it has to be root."""
    run(session, *PYTEST, "tests/ranks", *session.posargs)


@nox.session
def gpu(session: nox.Session) -> None:
    """Measure the projects on a CUDA device beside loops by hand; run their tests that need one."""
    threads = str(os.cpu_count() or 1)
    run(session, "tests.gpu", *session.posargs, OMP_NUM_THREADS=threads)
