"""A project is as tidy under a name of one letter, or of forty, as under any other.

A line is longest, or an import last, under one of these names: between them lies nothing new.
"""

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


KINDS = (
    EVERYTHING,
    {"modality": "table", "engine_tests": True},
    {"task": "regression", "modality": "table", "docker": True},
    {"objective": "multi_label", "data_source": "image_csv", "kubernetes": True},
    {"data_source": "image_folder", "dataset_path": "https://example.org/x.zip"},
    {"data_source": "huggingface", "architecture": "vit", "pretrained_source": "torchvision"},
    {
        "task": "regression",
        "modality": "image",
        "data_source": "custom",
        "architecture": "custom",
        "slurm": True,
    },
    {"task": "detection", "augmentation": ["mosaic", "rotation", "random_erasing"], "ema": True},
    {"task": "detection", "data_source": "yolo", "architecture": "faster_rcnn"},
    {"task": "detection", "data_source": "jsonl", "architecture": "rt_detr"},
    {"task": "segmentation", "augmentation": ["scale_jitter", "color_jitter"], "distributed": True},
    {"task": "segmentation", "data_source": "mask_folders", "architecture": "deeplab"},
)
NAMES = ("a", "a" * LONGEST, "z", "z" * LONGEST)


def lint(project: Path) -> None:
    """See that neither linter nor formatter has a word to say."""
    for words in (["check", "--output-format", "concise"], ["format", "--diff"]):
        command = [sys.executable, "-m", "ruff", *words, "--no-cache", "."]
        done = subprocess.run(command, cwd=project, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", NAMES, ids=lambda name: f"{name[0]}{len(name)}")
@pytest.mark.parametrize(
    "answers", KINDS, ids=lambda answers: " ".join(map(str, answers.values()))[:40]
)
def test_lines_fit_and_imports_are_sorted(
    make: Render, tmp_path: Path, answers: dict[str, Any], name: str
) -> None:
    lint(make(tmp_path / "project", package_name=name, **answers))


def test_case_46_what_pip_leaves_is_not_linted(make: Render, tmp_path: Path) -> None:
    project = make(tmp_path / "project")
    copy = project / "build/lib/project/x.py"
    copy.parent.mkdir(parents=True)
    copy.write_text("import os\nx   = 1\ndef f(a): return a\n")
    lint(project)
    command = [sys.executable, "-m", "mypy", "--no-incremental", "project/batch.py", "build"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    assert "build/lib" not in done.stdout
