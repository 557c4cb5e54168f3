"""A wheel that a test makes, which pip finds without a network."""

import os
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from pkg.data.wheel import Wheel


def offer(
    monkeypatch: pytest.MonkeyPatch, folder: Path, wheel: Wheel, files: dict[str, bytes]
) -> Wheel:
    """Let pip find this wheel, with these files, and no other; return it with its SHA-256."""
    name = f"{wheel.name}-{wheel.version}"
    about = {
        "METADATA": f"Metadata-Version: 2.1\nName: {wheel.name}\nVersion: {wheel.version}\n",
        "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        for file, text in about.items():
            archive.writestr(f"{name}.dist-info/{file}", text)
        for file, content in files.items():
            archive.writestr(file, content)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())
    return wheel._replace(sha256=sha256(path.read_bytes()).hexdigest())
