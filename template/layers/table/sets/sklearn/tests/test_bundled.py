"""The bundled tables: written as files, once, and only where they belong."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from samples import make_settings

from pkg.data.fetch import FILES, obtain


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_bundled_table_is_written_once(path: Path) -> None:
    settings = replace(make_settings(), dataset_path=str(path))
    assert obtain(settings) == settings
    frame = pd.read_csv(path)
    assert len(frame) > 100
    assert frame.columns[-1] == "target"
    assert not frame.isna().any(axis=None)
    path.write_text("mine")
    obtain(settings)
    assert path.read_text() == "mine"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
