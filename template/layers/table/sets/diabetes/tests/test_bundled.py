"""The bundled table: written as a file, once, and only where it belongs."""

from dataclasses import replace

import pandas as pd
from samples import make_settings

from pkg.data.fetch import FILE, obtain


def test_the_bundled_table_is_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FILE))
    assert obtain(settings) == settings
    frame = pd.read_csv(FILE)
    assert len(frame) > 100
    assert frame.columns[-1] == "target"
    assert not frame.isna().any(axis=None)
    FILE.write_text("mine")
    obtain(settings)
    assert FILE.read_text() == "mine"
    assert [file.name for file in FILE.parent.iterdir()] == [FILE.name]
