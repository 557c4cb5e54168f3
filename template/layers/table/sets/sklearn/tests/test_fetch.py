"""The bundled table: written as a file, once."""

from pathlib import Path

import pandas as pd

from pkg.data.fetch import fetch


def test_fetch_writes_the_table_once(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "table.csv"
    fetch(path)
    frame = pd.read_csv(path)
    assert len(frame) > 100
    assert frame.columns[-1] == "target"
    assert not frame.isna().any(axis=None)
    path.write_text("mine")
    fetch(path)
    assert path.read_text() == "mine"
    assert [file.name for file in path.parent.iterdir()] == ["table.csv"]
