"""`python -m …engine.inspection`: what people look at checkpoints with."""

import json
import sys
from collections.abc import Callable

import pytest
from expected import PRIMARY
from short_runs import folder_of

from pkg.config import Config
from pkg.engine import inspection
from pkg.engine.errors import UserError
from pkg.training import train

Start = Callable[..., Config]


def look(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """Call the command; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["inspection", *map(str, arguments)])
    try:
        inspection.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_checkpoints_are_listed_verified_and_shown(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    folder = folder_of(config)
    capsys.readouterr()
    assert look(monkeypatch, "list", folder) == look(monkeypatch, "verify", folder) == 0
    printed = capsys.readouterr().out
    assert printed.count("good  ") == 2 * 4
    assert f"val_{PRIMARY} " in printed
    assert look(monkeypatch, "show", folder / "last.pt") == 0
    printed = capsys.readouterr().out
    assert json.loads(printed[printed.index("{") :])["progress"]["step"] == 8
    (folder / "last.pt").write_bytes(b"")
    assert (look(monkeypatch, "list", folder), look(monkeypatch, "verify", folder)) == (0, 1)
    with pytest.raises(UserError, match="there is no checkpoint in"):
        look(monkeypatch, "list", folder.parent)
