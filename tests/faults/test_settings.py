"""Clock, seed and settings that changed; folders that are missing or closed; data that lacks."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import project
import pytest
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
)

NOBODY = 65534


def refusal(config: Any, code: int = 2, **options: Any) -> str:
    """Return the one line with which a run is refused."""
    assert run_child(config, **options) == code, said_path(config).read_text()
    lines = said_path(config).read_text().splitlines()
    assert lines[-1].startswith("error: ")
    assert not any("Traceback" in line for line in lines)
    return lines[-1]


def test_the_clock_decides_nothing(whole: Callable[..., Whole]) -> None:
    changes = {"num_epochs": 3, "keep_checkpoints": 3}
    config = make_config("clock", **changes)
    assert run_child(config, At("step", 6, kill)) == KILLED
    for age, path in enumerate(sorted(folder_of(config).iterdir())):
        os.utime(path, (2e9 - 1e6 * age, 2e9 - 1e6 * age))  # the oldest is the newest
    assert run_child(config, resume=True) == 0
    assert differences(config, whole(**changes)) == []


def test_another_seed_is_refused_unless_said(whole: Callable[..., Whole]) -> None:
    config = make_config("seed")
    assert run_child(config, At("step", 3, kill)) == KILLED
    changed = make_config("seed", seed=5, learning_rate=0.1)
    said = refusal(changed, resume=True)
    assert "training.learning_rate 0.03 to 0.1" in said
    assert "training.seed 0 to 5" in said
    assert "--allow_changes" in said
    assert run_child(config, resume=True) == 0  # the refusal left everything
    assert differences(config, whole()) == []
    allowed = make_config("allowed")
    assert run_child(allowed, At("step", 3, kill)) == KILLED
    changed = make_config("allowed", seed=5)
    assert run_child(changed, resume=True, allow_changes=True) == 0
    assert differences(changed, whole()) != []


def test_what_changes_no_number_may_change(whole: Callable[..., Whole]) -> None:
    config = make_config("moved")
    assert run_child(config, At("step", 3, kill)) == KILLED
    shutil.copytree(project.IMAGES, "elsewhere")
    moved = make_config("moved", dataset_path=str(Path("elsewhere").resolve()), patience=9)
    assert run_child(moved, resume=True) == 0, said_path(moved).read_text()
    assert differences(moved, whole()) == []


def test_a_missing_path_is_named() -> None:
    said = refusal(make_config("missing", dataset_path="no/such/folder"))
    assert "data.dataset_path: no/such/folder" in said
    assert str(Path("no/such/folder").resolve()) in said
    assert not Path("missing/checkpoints").exists()


@pytest.fixture
def open_folder() -> Iterator[str]:
    """Return a folder that everybody can write to, and reach."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield folder


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("setting", ["data.dataset_path", "experiment.checkpoint_dir"])
def test_a_closed_folder_is_named(
    whole: Callable[..., Whole], setting: str, open_folder: str
) -> None:
    whole()  # nobody can import what torch imports late
    closed = Path("closed").resolve()
    closed.mkdir(mode=0o700)
    config = make_config(
        "run", **{"checkpoint_dir": open_folder, setting.split(".")[1]: str(closed / "inside")}
    )
    said = refusal(config, before=lambda: os.setuid(NOBODY))
    assert setting in said
    assert str(closed / "inside") in said


def test_a_file_in_the_place_of_the_folder_is_named() -> None:
    Path("file").touch()
    said = refusal(make_config("run", checkpoint_dir="file/checkpoints"))
    assert "experiment.checkpoint_dir" in said
    assert str(Path("file/checkpoints").resolve()) in said


def images(*counts: int) -> str:
    """Make a folder of classes with so many images each."""
    found = sorted(project.IMAGES.glob("*/*.png"))
    for number, count in enumerate(counts):
        folder = Path("few") / f"class{number}"
        folder.mkdir(parents=True)
        for source in found[:count]:
            shutil.copy(source, folder)
    return "few"


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((), ["data.dataset_path", "few"]),
        ((0, 0), ["data.dataset_path", "class0, class1"]),
        ((5, 0), ["data.dataset_path", "class0 5, class1 0"]),
        ((2, 1), ["data.train_val_test_split", "3 train, 0 val, 0 test"]),
    ],
)
def test_empty_data_a_class_and_a_split_are_refused(
    counts: tuple[int, ...], words: list[str]
) -> None:
    config = make_config(
        "run", dataset_path=images(*counts), train_val_test_split=[0.7, 0.15, 0.15]
    )
    said = refusal(config)
    assert all(word in said for word in words), said
    assert not folder_of(config).exists()
