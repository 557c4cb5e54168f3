"""The files around the code: they say what was answered, and nothing that was not."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from mldl.catalog.choices import LICENSES
from tools.render import Render

NAME = '`a` "q" \\ {{ 7*7 }} <b> *x* [l](u) # {% raw %}'
AUTHOR = 'Ann "A" O\'Brien, \\ <a@b> {{ x }}'
DESCRIPTION = "one\n```\n{{ 7*7 }} {% if %} ${{ x }}\n````` \"\"\" ''' \\n \\\n#: if x\n# y\n\tz"
EXTRAS: list[dict[str, Any]] = [
    {},
    {"docker": True, "wandb_enabled": True, "tensorboard_enabled": False},
    {"task": "regression", "modality": "table", "ema": True},
    {"data_source": "table", "modality": "table", "dataset_path": "https://example.org/a.csv"},
    {"task": "detection", "augmentation": ["mosaic", "rotation", "color_jitter"]},
    {"task": "detection", "dataset_name": "shapes", "architecture": "detr"},
    {"task": "segmentation", "augmentation": []},
    {"task": "segmentation", "dataset_path": "data/x", "architecture": "segformer"},
]


def test_texts_come_back_exactly(make: Render, tmp_path: Path) -> None:
    answers = {"project_name": NAME, "author_name": AUTHOR, "problem_description": DESCRIPTION}
    project = make(tmp_path / "hostile", **answers, license="BSD-3-Clause", docker=True)
    readme = (project / "README.md").read_text()
    assert readme.startswith(f"# `` {NAME} ``\n")
    assert f"\n``````text\n{DESCRIPTION}\n``````\n" in readme
    table = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    assert (table["description"], table["authors"]) == (NAME, [{"name": AUTHOR}])
    assert f"\nCopyright (c) {AUTHOR}\n" in (project / "LICENSE").read_text()
    for name in ("Dockerfile", ".dockerignore", ".github/workflows/ci.yml", "constraints.txt"):
        text = (project / name).read_text()
        assert "7*7" not in text
        assert "${{" not in text


@pytest.mark.parametrize("license", LICENSES)
def test_each_licence(make: Render, tmp_path: Path, license: str) -> None:
    project = make(tmp_path / "licensed", license=license, author_name="Ann")
    text = (project / "LICENSE").read_text()
    heads = {"Apache-2.0": "Apache License", "GPL-3.0-or-later": "GNU GENERAL PUBLIC LICENSE"}
    assert heads.get(license, "Copyright (c) Ann") in text
    readme = (project / "README.md").read_text()
    assert "Copyright (c) Ann. " in readme
    assert not re.search(r"(?i)copyright \(c\) 20\d\d (?!free software)", text + readme)


@pytest.mark.parametrize("answers", EXTRAS, ids=str)
def test_versions_are_those_of_the_dependencies(
    make: Render, tmp_path: Path, answers: dict[str, Any]
) -> None:
    project = make(tmp_path / "mine", **answers)
    table = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    required = table["dependencies"] + table["optional-dependencies"]["dev"]
    lines = (project / "constraints.txt").read_text().splitlines()
    pins = [line.split("==")[0] for line in lines if not line.startswith("#")]
    assert sorted(pins) == sorted(re.split(r"[\[<>=]", each)[0] for each in required)


@pytest.mark.parametrize("answers", EXTRAS, ids=str)
def test_the_readme_names_what_is_there(
    make: Render, tmp_path: Path, answers: dict[str, Any]
) -> None:
    project = make(tmp_path / "mine", **answers)
    readme = (project / "README.md").read_text()
    named = re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.[a-z]+)?|[a-z_]+\.py)`", readme)
    written = ("checkpoints", "logs", "data/", "perf/", "train/", "epoch/")  # by a run
    missing = [
        name
        for name in named
        if not name.startswith(written) and not {*project.glob(name), *project.rglob(f"*/{name}")}
    ]
    assert missing == []
    assert "\n\n\n" not in readme
    assert ("Dockerfile" in readme) == (project / "Dockerfile").exists() == ("docker" in answers)
    assert ("TensorBoard" in readme) == answers.get("tensorboard_enabled", True)
    assert ("WANDB" in readme) == ("wandb_enabled" in answers)


def test_actions_may_read_and_nothing_else(make: Render, tmp_path: Path) -> None:
    project = make(tmp_path / "mine")
    workflow = yaml.safe_load((project / ".github/workflows/ci.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    steps = workflow["jobs"]["test"]["steps"]
    assert all(re.search(r"@v\d+$", step["uses"]) for step in steps if "uses" in step)


def test_the_image_runs_as_nobody_special(make: Render, tmp_path: Path) -> None:
    text = (make(tmp_path / "mine", docker=True) / "Dockerfile").read_text()
    lines = text.splitlines()
    assert "USER owner" in lines
    assert lines[-1].startswith("CMD [")
    assert re.search(r"^FROM [a-z]+:\d[\w.-]+$", text, re.MULTILINE)


def test_launch_files_are_valid_and_hold_no_free_text(make: Render, tmp_path: Path) -> None:
    answers = {"project_name": NAME, "package_name": "my_package", "author_name": AUTHOR}
    launch = {"distributed": True, "slurm": True, "kubernetes": True, "gpus": 4}
    project = make(tmp_path / "mine", **answers, **launch)
    script, manifest = project / "slurm.sh", project / "kubernetes.yaml"
    subprocess.run(["bash", "-n", str(script)], check=True)
    job = yaml.safe_load(manifest.read_text())
    assert (job["apiVersion"], job["kind"]) == ("trainer.kubeflow.org/v1alpha1", "TrainJob")
    trainer = job["spec"]["trainer"]
    assert trainer["image"] == "my-package:latest"
    assert trainer["resourcesPerNode"]["limits"] == {"nvidia.com/gpu": 2}
    assert trainer["numNodes"] == 2
    assert "--resume" in trainer["args"]
    mounts = job["spec"]["podTemplateOverrides"][0]["spec"]["containers"][0]["volumeMounts"]
    assert {mount["mountPath"] for mount in mounts} == {
        f"/project/{name}" for name in ("data", "checkpoints", "logs")
    }
    text = script.read_text() + manifest.read_text()
    assert "--gpus-per-node=2" in text
    assert "--nodes=2" in text
    assert "7*7" not in text
    assert "Ann" not in text


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed")
def test_the_launch_script_passes_shellcheck(make: Render, tmp_path: Path) -> None:
    project = make(tmp_path / "mine", project_name=NAME, package_name="my_package", slurm=True)
    subprocess.run(["shellcheck", str(project / "slurm.sh")], check=True)


@pytest.mark.parametrize(("gpus", "nodes", "each"), [(0, 2, 1), (1, 1, 1), (3, 1, 3), (8, 2, 4)])
def test_as_many_gpus_are_asked_for_as_there_are(
    make: Render, tmp_path: Path, gpus: int, nodes: int, each: int
) -> None:
    script = (make(tmp_path / "mine", slurm=True, gpus=gpus) / "slurm.sh").read_text()
    assert f"--nodes={nodes}\n" in script
    assert f"--gpus-per-node={each}\n" in script


@pytest.mark.parametrize("answers", [{}, {"distributed": True}], ids=str)
def test_what_was_not_asked_for_leaves_no_trace(
    make: Render, tmp_path: Path, answers: dict[str, Any]
) -> None:
    project = make(tmp_path / "mine", **answers)
    files = [path for path in project.rglob("*") if path.is_file()]
    assert not {path.name for path in files} & {"slurm.sh", "kubernetes.yaml"}
    words = re.compile(r"distribute(?!d under)|torchrun|\brank\b|shard|NCCL|gloo", re.IGNORECASE)
    named = [path for path in files if path.suffix in (".py", ".yaml", ".md", ".toml")]
    named = [path for path in named if path.name != "processes.py"]  # which refuses torchrun
    if not answers:
        found = {path.name: words.findall(path.read_text()) for path in named}
        assert {name: hits for name, hits in found.items() if hits} == {}
