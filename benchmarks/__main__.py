"""Measure the speed of generated projects beside other loops; `nox -s bench` calls it.

Each regime is rendered from the working tree and measured in a process of its own. What was
found is kept in docs/benchmarks.json, from which docs/benchmarks.md and the plot are written.

A machine with a GPU and without Copier, with whatever torch and peers it has, takes projects from
elsewhere, and leaves out the peers as they are documented, to be done in six minutes:

    python tests/gpu.py --pack build/gpu                                          here
    python -m benchmarks --pack build/gpu --out OUT --seconds 345 --tuned         there
"""

import argparse
import json
import os
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools import ROOT

from .regimes import ALL, Regime, find
from .report import write
from .summary import rows_of, show
from .targets import judge

JSON = "benchmarks.json"
AFTER = 30  # seconds that a regime takes when its rounds are over


def main() -> int:
    """Measure the regimes; return 1 if one cannot be, or if a target is missed."""
    options = parse()
    with TemporaryDirectory() as folder:
        projects = None
        if options.pack:
            from .gpu.pack import unpack

            projects = unpack(options.pack, Path(folder))
            os.environ["PYTHONPATH"] = str(projects.parent / "site")
        return measure_all(options, projects)


def measure_all(options: argparse.Namespace, projects: Path | None) -> int:
    """Measure, and print and write down what was found; return as `main` does."""
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / JSON
    found = json.loads(path.read_text()) if path.exists() else {}
    names = [regime.name for regime in ALL]
    chosen = [] if options.report else options.regimes or names
    deadline = time.perf_counter() + options.seconds
    failed = []
    for number, name in enumerate(chosen):
        share = (deadline - time.perf_counter()) / (len(chosen) - number)
        if not measure(name, options, projects, share, found, path):
            failed.append(name)
    rows = (row for name in names if name in found for row in rows_of(name, found[name]))
    print(show(rows, "from the start of the process"))
    if failed:
        print("not measured:", *failed)
        return 1
    targets = [target for regime in ALL for target in judge(regime, found.get(regime.name))]
    write(options.out, found, targets)
    for target in targets:
        print(f"{'met    ' if target.met else 'NOT MET'}  {target.text}: {target.found}")
    missed = sum(not target.met for target in targets)
    print(f"{len(targets) - missed} targets met, {missed} not met")
    return 1 if missed else 0


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("nox -s bench --", None, __doc__, formatter_class=form)
    names = [regime.name for regime in ALL]
    parser.add_argument("regimes", nargs="*", help=f"some of {names}; default: all")
    parser.add_argument("--rounds", type=int, help="passes of each; default: as the regime has it")
    parser.add_argument("--seconds", type=float, default=1e9, help="fewer rounds if it takes more")
    parser.add_argument("--pack", type=Path, help="folder of projects that were made elsewhere")
    parser.add_argument("--tuned", action="store_true", help="leave out peers as documented")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder; default: docs")
    parser.add_argument("--report", action="store_true", help="judge what was measured before")
    options = parser.parse_args()
    if unknown := set(options.regimes) - set(names):
        parser.error(f"no such regime: {sorted(unknown)}")
    return options


def measure(
    name: str,
    options: argparse.Namespace,
    projects: Path | None,
    seconds: float,
    found: dict[str, Any],
    path: Path,
) -> bool:
    """Measure a regime in about so many seconds; add it to what was found."""
    regime = find(name)
    print(f"measuring {name}: {regime.what}", flush=True)
    with TemporaryDirectory() as folder:
        project = projects / name if projects else render(regime, Path(folder))
        peers, env = find_peers(bare=projects is not None)
        result = Path(folder) / "result.json"
        command = [sys.executable, "-m", "benchmarks.one", name, str(project), str(result)]
        command += [str(options.rounds or regime.rounds), str(max(0.0, seconds - AFTER))]
        command += ["tuned"] if options.tuned else []
        if subprocess.run(command, cwd=ROOT, env=env).returncode:
            return False
        found[name] = {**json.loads(result.read_text()), "peers": peers}
    path.write_text(json.dumps(found, indent=1) + "\n")
    return True


def find_peers(bare: bool) -> tuple[list[str], dict[str, str]]:
    """Return the peers' versions, and an environment that has them: a bare machine's own."""
    env = {**os.environ, "HF_HUB_OFFLINE": "1"}
    if bare:
        from importlib.metadata import version

        names = {"accelerate": "accelerate", "pytorch_lightning": "pytorch-lightning"}
        names |= {"transformers": "transformers"}
        return [f"{x}=={version(x)}" for module, x in names.items() if find_spec(module)], env
    from . import peers

    over = os.pathsep.join([str(peers.folder()), os.environ.get("PYTHONPATH", "")])
    return peers.versions(), {**env, "PYTHONPATH": over.rstrip(os.pathsep)}


def render(regime: Regime, folder: Path) -> Path:
    """Make the regime's project from the working tree."""
    from tools.render import renderer  # needs Copier

    with renderer() as make:
        answers = {"task": "classification", "project_name": regime.name, **regime.answers}
        return make(folder / regime.name, **answers)


if __name__ == "__main__":
    sys.exit(main())
