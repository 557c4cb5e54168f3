"""Your own images, and the bundled sets."""

import pickle
import runpy
from pathlib import Path
from typing import Any

import pytest
from parts.image.data import (
    fetch,
    fetch_mnist,
    source,
    source_custom,
    targets,
    targets_multi_label,
    targets_regression,
)
from parts.image.errors import UserError
from pictures import settings


@pytest.mark.parametrize(
    ("kind", "columns", "names"),
    [
        (targets, ["shape"], ["disc", "square"]),
        (targets_multi_label, ["round", "large"], ["round", "large"]),
        (targets_regression, ["size"], ["size"]),
    ],
)
def test_the_example_of_custom_works(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: Any,
    columns: list[str],
    names: list[str],
) -> None:
    monkeypatch.setattr(source_custom, "encode_targets", kind.encode_targets)
    chosen = settings(tmp_path, target_columns=columns)
    found = source_custom.load_samples(chosen)
    assert found.output_names == names
    assert len(found.names) == len(set(found.names)) == len(found.targets) == 240
    first, again = (
        read(found.names[0]) for read in (found.read, pickle.loads(pickle.dumps(found.read)))
    )
    assert first.tobytes() == again.tobytes() != found.read(found.names[1]).tobytes()


def test_what_custom_gets_wrong_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: dict[str, dict[str, str]] = {}
    monkeypatch.setattr(source_custom, "find_rows", lambda _: rows)
    with pytest.raises(UserError, match=r"dataset_path: .*custom.py finds nothing"):
        source_custom.load_samples(settings(tmp_path))
    rows |= {"a": {"k": "x"}, "b": {"z": "y"}}
    with pytest.raises(UserError, match=r"custom.py: b has columns"):
        source_custom.load_samples(settings(tmp_path))
    rows |= {"b": {"k": "y"}}
    with pytest.raises(UserError, match=r"data.target_columns"):
        source_custom.load_samples(settings(tmp_path, target_columns=["z"]))
    monkeypatch.setattr(source_custom, "read_image", lambda root, _: root.read_bytes())
    found = source_custom.load_samples(settings(tmp_path))
    with pytest.raises(UserError, match=r"image a: .*directory"):
        found.read_pixels(0)


@pytest.mark.parametrize(("module", "count", "size"), [(fetch, 1797, 8), (fetch_mnist, 5000, 28)])
def test_bundled_sets_are_written_once(tmp_path: Path, module: Any, count: int, size: int) -> None:
    folder = tmp_path / "data" / "set"
    module.fetch(folder)
    found = source.load_samples(settings(folder))
    assert len(found.names) == count
    assert found.output_names == [str(digit) for digit in range(10)]
    assert found.read(found.names[0]).size == (size, size)
    assert [entry.name for entry in folder.parent.iterdir()] == ["set"]  # no draft stays
    (folder / "0" / "mine.txt").write_text("kept")
    module.fetch(folder)
    assert (folder / "0" / "mine.txt").exists()


def test_fetch_is_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_module(fetch.__name__, run_name="__main__")
    assert str(fetch.FOLDER) in capsys.readouterr().out
    assert len(list(fetch.FOLDER.rglob("*.png"))) == 1797
