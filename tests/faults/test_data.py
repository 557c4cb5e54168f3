"""Data that are broken, and the processes that read them."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import faulty.data.dataloader
import project
import pytest
import torch
from runs import (
    KILLED,
    At,
    Whole,
    differences,
    folder_of,
    kill,
    make_config,
    run_child,
    said_path,
    undisturbed,
)

from tools.render import renderer


@pytest.fixture
def names(whole: Callable[..., Whole]) -> list[str]:
    """Return the names of the images that train."""
    with (folder_of(whole().config) / "splits.csv").open(newline="") as file:
        return [name for name, split in csv.reader(file) if split == "train"]


def spoil(names: list[str], share: float) -> str:
    """Copy the images, and cut some of them to a share of their bytes."""
    shutil.copytree(project.IMAGES, "spoilt")
    for name in names:
        content = Path("spoilt", name).read_bytes()
        Path("spoilt", name).write_bytes(content[: int(len(content) * share)])
    return str(Path("spoilt").resolve())


@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("in_memory", [True, False])
def test_a_broken_image_is_set_aside_and_the_run_repeats(
    names: list[str], share: float, in_memory: bool
) -> None:
    changes: dict[str, Any] = {"in_memory": in_memory, "max_unreadable": 0.1}
    changes["dataset_path"] = spoil(names[:1], share)
    whole = undisturbed(make_config("whole", **changes, num_workers=0))
    killed = make_config("killed", **changes, num_workers=0)
    assert run_child(killed, At("step", 3, kill)) == KILLED
    assert run_child(killed, resume=True) == 0, said_path(killed).read_text()
    assert differences(killed, whole) == []
    with (folder_of(killed) / "quarantine.csv").open(newline="") as file:
        [(name, _, reason)] = csv.reader(file)
    assert (name, reason[:6]) == (names[0], "image ")


def test_too_many_broken_images_end_with_exit_2(names: list[str]) -> None:
    config = make_config("run", dataset_path=spoil(names[:9], 0.5), max_unreadable=0.1)
    assert run_child(config) == 2
    said = said_path(config).read_text().splitlines()[-1]
    assert "data.max_unreadable: more than 5 of 50 cannot be read" in said
    assert not folder_of(config).exists()


ROWS = "".join(f"{i % 7},{i % 3},{'ab'[i % 2]}\n" for i in range(60))


def test_broken_rows_are_set_aside(tmp_path: Path) -> None:
    with renderer() as render:
        render(tmp_path / "rows", task="classification", modality="table", architecture="custom")
    Path("rows.csv").write_text("x,y,target\n1,2,a,more\n" + ROWS + "5\n")
    command = [sys.executable, "rows/train.py", "--config", "rows/configs/config.yaml"]
    command += ["--data.dataset_path", "rows.csv"]
    command += ["--training.num_epochs", "1", "--training.device", "cpu"]
    done = subprocess.run(
        [*command, "--data.max_unreadable", "0.01"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "data.max_unreadable: more than 0 of 62 cannot be read" in done.stderr
    subprocess.run([*command, "--data.max_unreadable", "0.1"], check=True)
    with Path("checkpoints/quarantine.csv").open(newline="") as file:
        reasons = [row[2] for row in csv.reader(file)]
    assert reasons == [
        "line 2 has 4 fields, but the header has 3",
        "line 63 has 1 fields, but the header has 3",
    ]


def once(name: str, action: Callable[[], object]) -> Callable[[str, Any], None]:
    """Plan to act when an image is read for the first time, in whichever process."""
    mark = Path("struck").resolve()

    def plan(point: str, about: Any) -> None:
        if (point, about) == ("read", name) and not mark.exists():
            mark.touch()
            action()

    return plan


STREAM: dict[str, Any] = {"in_memory": False, "num_workers": 2}


def test_a_worker_that_is_killed_loses_no_sample(
    whole: Callable[..., Whole], names: list[str]
) -> None:
    config = make_config("run", **STREAM)
    code = run_child(config, once(names[7], lambda: os.kill(os.getpid(), signal.SIGKILL)))
    assert code == 0, said_path(config).read_text()
    assert "a worker died and is replaced" in said_path(config).read_text()
    assert differences(config, whole()) == []


def test_a_worker_that_hangs_is_an_error_that_names_the_setting(names: list[str]) -> None:
    config = make_config("run", **STREAM, worker_timeout=1.0)
    assert run_child(config, once(names[7], lambda: time.sleep(20))) == 2
    assert "data.worker_timeout: reading hangs" in said_path(config).read_text()


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda targets: targets + 1,
        lambda targets: targets[:, None],
        lambda targets: targets.float(),
    ],
)
def test_targets_of_another_form_are_refused_before_the_first_update(
    spoilt: Callable[[torch.Tensor], torch.Tensor],
) -> None:
    load = faulty.data.dataloader.load_samples

    def load_spoilt(settings: Any) -> Any:
        samples = load(settings)
        return replace(samples, targets=spoilt(samples.targets))

    config = make_config("run")
    with patch.object(faulty.data.dataloader, "load_samples", load_spoilt):
        assert run_child(config) == 2
    said = said_path(config).read_text().splitlines()[-1]
    assert "data.dataset_path: targets are torch." in said
    assert not folder_of(config).exists()
