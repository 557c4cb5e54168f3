"""Where the peers are installed: a folder of their own, over the shared environment.

They come without what they depend on, so that torch and all else stay at the tested versions.
"""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from tools import ROOT

PINNED = ROOT / "requirements/bench.txt"


def folder() -> Path:
    """Return the folder for PYTHONPATH; the first call installs what requirements/bench.txt has."""
    text = PINNED.read_text() + sys.version
    place = user_cache_path("mldl-template") / f"peers-{sha256(text.encode()).hexdigest()[:12]}"
    place.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{place}.lock"):
        if not (place / "ready").exists():
            install = [sys.executable, "-m", "pip", "install", "-qq", "--progress-bar", "off"]
            install += ["--no-deps", "--target", str(place), "--upgrade"]
            subprocess.run([*install, "--requirement", str(PINNED)], check=True)
            (place / "ready").touch()
    return place


def versions() -> list[str]:
    """Return the pinned packages."""
    return [line for line in PINNED.read_text().splitlines() if line[:1].isalpha()]
