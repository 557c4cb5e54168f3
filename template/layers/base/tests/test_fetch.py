"""Data at a path of your own are used where they are."""

from pathlib import Path

from samples import make_settings

from pkg.data.fetch import obtain


def test_nothing_is_fetched_for_a_path_of_your_own() -> None:
    settings = make_settings()
    assert obtain(settings) == settings
    assert not list(Path.cwd().iterdir())
