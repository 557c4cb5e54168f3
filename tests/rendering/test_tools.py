"""The programs behind the sessions of nox say no to what they do not know."""

import os
from collections.abc import Callable

import pytest

from tools import figures, projects
from tools.render import SETTINGS, renderer


@pytest.mark.parametrize("main", [figures.main, projects.main])
def test_a_name_that_nothing_has_is_named(
    main: Callable[[], int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["tool", "custom", "digits-restnet"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code not in (0, None)
    assert "digits-restnet" in capsys.readouterr().err + str(left.value.code)


def test_the_settings_of_the_user_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for before in ("mine.yml", None):
        if before:
            monkeypatch.setenv(SETTINGS, before)
        else:
            monkeypatch.delenv(SETTINGS)
        with renderer():
            assert os.environ[SETTINGS] != before
        assert os.environ.get(SETTINGS) == before
