"""Your own images, and the bundled sets."""

import pickle
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
from image_files import FOLDERS, settings
from stacks import images, stack

DIGITS, MNIST = (
    stack("engine", "image", "image/labels", f"image/sets/{name}").load("data.fetch")
    for name in ("digits", "mnist")
)


@pytest.mark.parametrize(
    ("task", "columns", "names"),
    [
        ("classification", ["shape"], ["disc", "square"]),
        ("multi_label", ["round", "large"], ["round", "large"]),
        ("regression", ["size"], ["size"]),
    ],
)
def test_the_example_of_custom_works(
    tmp_path: Path, task: str, columns: list[str], names: list[str]
) -> None:
    source = images("image/sources/custom", task).load("data.source")
    found = source.load_samples(settings(tmp_path, target_columns=columns))
    assert found.output_names == names
    assert len(found.names) == len(set(found.names)) == len(found.targets) == 240
    first, again = (
        read(found.names[0]) for read in (found.read, pickle.loads(pickle.dumps(found.read)))
    )
    assert first.tobytes() == again.tobytes() != found.read(found.names[1]).tobytes()


def test_what_custom_gets_wrong_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project, rows = images("image/sources/custom"), dict[str, dict[str, str]]()
    source, UserError = project.load("data.source"), project.UserError
    monkeypatch.setattr(source, "find_rows", lambda _: rows)
    with pytest.raises(UserError, match=r"dataset_path: .*custom.py finds nothing"):
        source.load_samples(settings(tmp_path))
    rows |= {"a": {"k": "x"}, "b": {"z": "y"}}
    with pytest.raises(UserError, match=r"custom.py: b has columns"):
        source.load_samples(settings(tmp_path))
    rows |= {"b": {"k": "y"}}
    with pytest.raises(UserError, match=r"data.target_columns"):
        source.load_samples(settings(tmp_path, target_columns=["z"]))
    monkeypatch.setattr(source, "read_image", lambda root, _: root.read_bytes())
    found = source.load_samples(settings(tmp_path))
    with pytest.raises(UserError, match=r"image a: .*directory"):
        found.read_sample(0)


@pytest.mark.parametrize(
    ("module", "count", "size"), [(DIGITS, 1797, 8), (MNIST, 5000, 28)], ids=["digits", "mnist"]
)
def test_bundled_sets_are_written_once(tmp_path: Path, module: Any, count: int, size: int) -> None:
    folder = tmp_path / "data" / "set"
    module.write(folder)
    found = FOLDERS.load("data.source").load_samples(settings(folder))
    assert len(found.names) == count
    assert found.output_names == [str(digit) for digit in range(10)]
    assert found.read(found.names[0]).size == (size, size)
    assert [entry.name for entry in folder.parent.iterdir()] == ["set"]  # no draft stays
    (folder / "0" / "mine.txt").write_text("kept")
    module.write(folder)
    assert (folder / "0" / "mine.txt").exists()


def test_fetch_is_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, DIGITS.__name__)
    runpy.run_module(DIGITS.__name__, run_name="__main__")
    assert str(DIGITS.FOLDER) in capsys.readouterr().out
    assert len(list(DIGITS.FOLDER.rglob("*.png"))) == 1797


def test_a_set_is_written_to_its_own_place_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written: list[Path] = []
    monkeypatch.setattr(DIGITS, "write", written.append)
    for path in ("./data/digits/", "data/digits", "data/digits2", "digits", str(tmp_path)):
        chosen = settings(path)
        assert DIGITS.obtain(chosen) is chosen
    assert written == [DIGITS.FOLDER] * 2
    plain = FOLDERS.load("data.fetch")
    assert plain.obtain(chosen) is chosen
