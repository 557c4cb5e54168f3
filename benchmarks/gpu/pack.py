"""What travels to a machine with a GPU and little else: projects with their data, and wheels."""

import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..projects import Project
from ..regimes import REGIMES
from .cases import GPT, PHOTOS

PROJECTS, WHEELS = "projects.tar.gz", "wheels"
MOST = 60 * 2**20  # bytes
# Whose own tests are run. Those of REGIMES and the photographs are there to be measured.
TESTED: Mapping[str, Mapping[str, Any]] = {
    "digits-resnet": {},
    "digits-vit": {"architecture": "vit", "ema": True},
    "digits-custom": {"architecture": "custom", "augmentation": ["mixup", "random_crop"]},
    "iris": {"modality": "table"},
    "diabetes": {"task": "regression"},
    "reports": {"task": "nlp", "architecture": "gpt", "pretrained": False, "data_source": "custom"},
}
# What projects and their tests need beside torch and torchvision with what those bring. Packages
# that only read data are left out: the data are written here.
NEEDED = (
    *("jsonargparse", "docstring-parser", "typeshed-client", "importlib-resources", "pyyaml"),
    *("timm", "huggingface-hub", "safetensors", "torchinfo", "tqdm", "packaging"),
    "tokenizers",
    *("matplotlib", "contourpy", "cycler", "fonttools", "kiwisolver", "pyparsing"),
    *("python-dateutil", "six", "tensorboard", "tensorboard-data-server", "absl-py", "grpcio"),
    *("markdown", "protobuf", "werkzeug", "markupsafe"),
    *("pytest", "iniconfig", "pluggy", "pygments"),
)
PLATFORMS = ("manylinux_2_28", "manylinux_2_27", "manylinux_2_17", "manylinux2014", "manylinux1")


def make_projects(folder: Path) -> None:
    """Make all projects, and write the data of those that bring some."""
    from tools.render import renderer  # needs Copier

    regimes = (*REGIMES, PHOTOS, GPT)
    with renderer() as render:
        for name, answers in TESTED.items():
            project = render(folder / name, **answers)
            package = next(project.glob("*/batch.py")).parent.name
            command = [sys.executable, "-m", f"{package}.data.fetch"]
            subprocess.run(command, cwd=project, check=True)
        for regime in regimes:
            answers = {"task": "classification", "project_name": regime.name, **regime.answers}
            project = render(folder / regime.name, **answers)
            if regime is not PHOTOS:  # photographs are made where they are needed
                Project(regime, project).fetch()


def pack(folder: Path, python: str) -> int:
    """Make the projects, and download wheels for a version of Python; return the bytes of all."""
    (folder / WHEELS).mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as made:
        make_projects(Path(made))
        with tarfile.open(folder / PROJECTS, "w:gz") as archive:
            archive.add(made, "projects", filter=without_caches)
    download(folder / WHEELS, python)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    if size > MOST:
        print(f"{folder} has {size / 2**20:.0f} MiB, more than {MOST / 2**20:.0f}")
    return size


def without_caches(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out what Python makes anew."""
    return None if "__pycache__" in info.name else info


def download(folder: Path, python: str) -> None:
    """Download the versions that are installed here, as wheels for Linux on x86-64."""
    for name in NEEDED:
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue  # nothing here needs it
        if any(folder.glob(f"{name.replace('-', '_')}-{version}-*.whl")):
            continue
        command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check"]
        command += ["--no-deps", "--only-binary=:all:", "--dest", str(folder)]
        command += ["--python-version", python, "--implementation", "cp"]
        command += [word for x in PLATFORMS for word in ("--platform", f"{x}_x86_64")]
        done = subprocess.run([*command, f"{name}=={version}"], stderr=subprocess.PIPE, text=True)
        if done.returncode:
            print(f"no wheel of {name} {version} for Python {python}:\n{done.stderr}")


def unpack(folder: Path, place: Path) -> Path:
    """Unpack the projects into `place`, and what is missing here onto Python's path.

    Returns:
        The folder of the projects.
    """
    with tarfile.open(folder / PROJECTS) as archive:
        archive.extractall(place, filter="data")
    site = place / "site"
    site.mkdir()
    for wheel in sorted((folder / WHEELS).glob("*.whl")):
        name = wheel.name.split("-")[0]
        if not is_installed(name):
            print(f"bringing {wheel.name}")
            with zipfile.ZipFile(wheel) as files:  # as pip does for a wheel without scripts
                files.extractall(site)
    sys.path.append(str(site))
    return place / "projects"


def is_installed(name: str) -> bool:
    """Say whether a package is installed in whatever version."""
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
