"""The one environment with torch that all sessions and all rendered projects run in.

It is built once, in the user's cache folder, and found again by its list of packages.
Needs only what nox brings along, since nox runs it. MLDL_PYTHON names an interpreter
to use as it is instead, with all that the list has.
"""

import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

TESTED = Path(__file__).resolve().parents[1] / "requirements/tested.txt"
READY = "ready"  # a file that is written last
PLACE = "Scripts/python.exe" if os.name == "nt" else "bin/python"


def shared_python() -> str:
    """Return the interpreter of the shared environment, which is built if need be."""
    if given := os.environ.get("MLDL_PYTHON"):
        return given
    text = TESTED.read_text() + sys.version
    folder = user_cache_path("mldl-template") / f"env-{sha256(text.encode()).hexdigest()[:12]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{folder}.lock"):
        if not is_ready(folder):
            build(folder)
    return str(folder / PLACE)


def is_ready(folder: Path) -> bool:
    """Say whether the environment was completed and still works."""
    if not (folder / READY).exists():
        return False
    check = [str(folder / PLACE), "-c", "import torch, torchvision"]
    return subprocess.run(check, capture_output=True).returncode == 0


def build(folder: Path) -> None:
    """Install the tested versions, torch first: its index decides for CPU or CUDA."""
    print(f"building the shared environment {folder}: minutes, once", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    python = str(folder / PLACE)
    subprocess.run([sys.executable, "-m", "virtualenv", "--quiet", str(folder)], check=True)
    install = [python, "-m", "pip", "install", "-qq", "--progress-bar", "off"]
    torch = [line for line in TESTED.read_text().splitlines() if line.startswith("torch")][:2]
    subprocess.run([*install, *torch], check=True)
    subprocess.run([*install, "--requirement", str(TESTED)], check=True)
    (folder / READY).touch()


if __name__ == "__main__":
    print(shared_python())
