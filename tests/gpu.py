"""What needs a CUDA device: projects' speed beside loops by hand, and their own `-m gpu` tests.

It ends within six minutes with one table. `nox -s gpu` calls it, which makes the projects. A
machine that has torch and little else, neither Copier nor nox, takes projects from elsewhere:

    python tests/gpu.py --pack build/gpu              here; then copy build/gpu there
    python tests/gpu.py build/gpu --json gpu.json     there: missing packages are in build/gpu
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 345.0  # for all
TEST_SECONDS = 75.0  # of them, for the projects' own tests
TAIL = 2_500  # characters of the output of a test that failed
sys.path.insert(0, str(ROOT))


def main() -> int:
    """Return 1 if something fails, 2 if nothing can be run here."""
    options = parse()
    started = time.monotonic()
    from benchmarks.gpu.pack import make_projects, pack, unpack

    if options.pack:
        size = pack(options.pack, options.python)
        print(f"{options.pack}: {size / 2**20:.1f} MiB")
        return 0
    import torch

    print(f"Python {platform.python_version()}, torch {torch.__version__}", flush=True)
    if not torch.cuda.is_available() and not options.small:
        print("torch sees no CUDA device: install a CUDA build of torch on a machine with one")
        return 2
    with TemporaryDirectory() as folder:
        place = Path(folder)
        if options.folder:
            projects = unpack(options.folder, place)
        else:
            projects = place / "projects"
            make_projects(projects)
        return run(projects, started, options)


def parse() -> argparse.Namespace:
    """Return what the command line asks for."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=form)
    parser.add_argument("folder", nargs="?", type=Path, help="what --pack made; default: make it")
    parser.add_argument("--json", type=Path, help="file for all that was found, with traces")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for all; default: 345")
    parser.add_argument("--small", action="store_true", help="only see that it runs, on a CPU too")
    parser.add_argument("--only", action="append", help="a case to measure, and no tests; again")
    parser.add_argument("--pack", type=Path, help="make projects and download wheels into a folder")
    parser.add_argument("--python", default="3.12", help="with --pack: the version there")
    return parser.parse_args()


def run(projects: Path, started: float, options: argparse.Namespace) -> int:
    """Measure, run the tests, print the table; return 1 if something failed."""
    import torch

    from benchmarks.gpu.run import measure, name_costly, report

    os.environ["PYTHONPATH"] = str(projects.parent / "site")
    end = started + options.seconds
    untested = options.small or options.only
    deadline = end if untested else end - TEST_SECONDS
    found, left_out = measure(projects, deadline, options.small, options.only)
    tests = {} if untested else run_tests(projects, end - time.monotonic())
    cuda = torch.cuda.is_available()
    device = torch.cuda.get_device_name() if cuda else "a CPU, which says nothing of a GPU"
    if options.json:
        about = {"device": device, "torch": torch.__version__, "python": platform.python_version()}
        content = {**about, "found": found, "left_out": left_out, "tests": tests}
        options.json.write_text(json.dumps(content, indent=1) + "\n")
    print(f"\n{name_costly(found)}\n\n{device}, torch {torch.__version__}")
    print(report(found, left_out))
    failed = [name for name, result in tests.items() if result != "passed"]
    failed += [name for name in left_out if "(exit" in name]
    print(f"{time.monotonic() - started:.0f} s of {options.seconds:.0f}")
    print(f"{len(found) + len(tests) - len(failed)} passed, {len(failed)} failed", *failed)
    return 1 if failed or not found else 0


def run_tests(projects: Path, seconds: float) -> dict[str, str]:
    """Train each project for a moment and run its tests that need a GPU, all side by side."""
    from benchmarks.gpu.pack import TESTED

    deadline = time.monotonic() + max(seconds, 1.0)
    train = f"{sys.executable} train.py --config configs/smoke.yaml --training.device cuda"
    command = f"{train} --overwrite && {sys.executable} -m pytest -m gpu -p no:cacheprovider"
    env = {**os.environ, "HF_HUB_OFFLINE": "1"}
    running: dict[str, Any] = {}
    for name in TESTED:
        log = (projects / f"{name}.log").open("w")
        running[name] = subprocess.Popen(
            ["bash", "-c", command], cwd=projects / name, env=env, stdout=log, stderr=log
        )
    results = {}
    for name, process in running.items():
        try:
            code = process.wait(max(0.1, deadline - time.monotonic()))
            results[name] = "passed" if code in (0, 5) else f"exit {code}"  # 5: it has no such test
        except subprocess.TimeoutExpired:
            process.kill()
            results[name] = "time"
        text = (projects / f"{name}.log").read_text()
        print(f"{name}: {results[name]}: {text.strip().splitlines()[-1:]}")
        if results[name] != "passed":
            print(text[-TAIL:])
    return results


if __name__ == "__main__":
    sys.exit(main())
