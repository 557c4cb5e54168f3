"""A project is as tidy under a name of one letter, or of forty, as under any other."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mldl.names import LONGEST
from tools.render import Render

EVERYTHING = {
    "augmentation": ["random_crop", "mixup"],
    "distributed": True,
    "ema": True,
    "engine_tests": True,
    "wandb_enabled": True,
}


@pytest.mark.parametrize("name", ["a", "z" * LONGEST])
@pytest.mark.parametrize("answers", [EVERYTHING, {"modality": "table", "engine_tests": True}])
def test_lines_fit_and_imports_are_sorted(
    make: Render, tmp_path: Path, answers: dict[str, Any], name: str
) -> None:
    project = make(tmp_path / "project", package_name=name, **answers)
    for words in (["check", "--output-format", "concise"], ["format", "--diff"]):
        command = [sys.executable, "-m", "ruff", *words, "--no-cache", "."]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
