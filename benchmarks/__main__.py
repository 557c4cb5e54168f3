"""Measure the speed of generated projects beside other loops; `nox -s bench` calls it.

Each regime is rendered from the working tree and measured in a process of its own. What was
found is kept in docs/benchmarks.json, from which docs/benchmarks.md and the plot are written.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools import ROOT
from tools.render import renderer

from . import peers
from .regimes import REGIMES, Regime
from .report import write
from .targets import judge

JSON = "benchmarks.json"


def main() -> int:
    """Measure the regimes; return 1 if one cannot be, or if a target is missed."""
    parser = argparse.ArgumentParser(prog="nox -s bench --", description=__doc__)
    names = [regime.name for regime in REGIMES]
    parser.add_argument("regimes", nargs="*", help=f"some of {names}; default: all")
    parser.add_argument("--rounds", type=int, help="passes of each; default: as the regime has it")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder; default: docs")
    parser.add_argument("--report", action="store_true", help="judge what was measured before")
    options = parser.parse_args()
    if unknown := set(options.regimes) - set(names):
        parser.error(f"no such regime: {sorted(unknown)}")
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / JSON
    found = json.loads(path.read_text()) if path.exists() else {}
    chosen = [] if options.report else options.regimes or names
    failed = [name for name in chosen if not measure(name, options.rounds, found, path)]
    if failed:
        print("not measured:", *failed)
        return 1
    targets = [target for regime in REGIMES for target in judge(regime, found.get(regime.name))]
    write(options.out, found, targets)
    for target in targets:
        print(f"{'met    ' if target.met else 'NOT MET'}  {target.text}: {target.found}")
    missed = sum(not target.met for target in targets)
    print(f"{len(targets) - missed} targets met, {missed} not met")
    return 1 if missed else 0


def measure(name: str, rounds: int | None, found: dict[str, Any], path: Path) -> bool:
    """Render and measure a regime; add it to what was found."""
    regime = next(regime for regime in REGIMES if regime.name == name)
    print(f"measuring {name}: {regime.what}", flush=True)
    with TemporaryDirectory() as folder:
        project, result = render(regime, Path(folder)), Path(folder) / "result.json"
        command = [sys.executable, "-m", "benchmarks.one", name, str(project), str(result)]
        over = os.pathsep.join([str(peers.folder()), os.environ.get("PYTHONPATH", "")])
        env = {**os.environ, "PYTHONPATH": over.rstrip(os.pathsep), "HF_HUB_OFFLINE": "1"}
        if subprocess.run([*command, str(rounds or regime.rounds)], cwd=ROOT, env=env).returncode:
            return False
        found[name] = {**json.loads(result.read_text()), "peers": peers.versions()}
    path.write_text(json.dumps(found, indent=1) + "\n")
    return True


def render(regime: Regime, folder: Path) -> Path:
    """Make the regime's project from the working tree."""
    with renderer() as make:
        answers = {"task": "classification", "project_name": regime.name, **regime.answers}
        return make(folder / regime.name, **answers)


if __name__ == "__main__":
    sys.exit(main())
