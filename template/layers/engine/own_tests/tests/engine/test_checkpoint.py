"""A checkpoint is whole or refused, and holds everything that changes while training."""

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from plain import plain_state
from short_runs import folder_of
from torch import nn

from pkg.config import Config
from pkg.data.dataloader import get_dataloaders
from pkg.engine import checkpoint, faults
from pkg.engine.checkpoint import (
    BEST,
    LAST,
    Writer,
    capture,
    load,
    load_newest,
    open_folder,
    restore,
)
from pkg.engine.errors import GaveUp, UserError
from pkg.engine.files import SUMS, is_whole
from pkg.engine.state import TrainState
from pkg.training import build_state, train

Start = Callable[..., Config]
EMPTY: dict[str, Any] = {"model_state_dict": {}, "config": {}}


@pytest.fixture
def saved(make_config: Start) -> tuple[Config, Path]:
    """Return the settings of a run that ended, and its last checkpoint."""
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    return config, folder_of(config) / LAST


def fresh_state(config: Config) -> TrainState:
    """Build the state of a run that has not begun."""
    device = torch.device("cpu")
    loader, _, _ = get_dataloaders(config.data, batch_size=8, seed=0, device=device)
    return build_state(config, loader.info, len(loader), device, torch.float32)


def test_what_is_saved_comes_back_to_the_last_bit(saved: tuple[Config, Path]) -> None:
    config, path = saved
    content = load(path)
    state = fresh_state(config)
    restore(state, content)
    again = capture(state)
    assert again["progress"] == content["progress"]
    assert state.progress.step == 8
    for name in (name for name in again if name.endswith("state_dict")):
        torch.testing.assert_close(again[name], content[name], rtol=0, atol=0)
    assert torch.get_rng_state().equal(content["rng_state"]["cpu"])


def damage(path: Path, kind: str) -> None:
    """Spoil a checkpoint in one of the ways of disks and people."""
    content = path.read_bytes()
    if kind == "flipped":
        middle = content.index(b"data/0") + 1000  # among the weights
        content = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    spoilt = {"empty": b"", "truncated": content[: len(content) // 2], "text": b"hello"}
    path.write_bytes(spoilt.get(kind, content))
    if kind == "another program's":
        torch.save({"weights": torch.zeros(3)}, path)
    if kind == "harmful":  # a pickle that would run code
        torch.save({"model_state_dict": Path("x"), "config": {}}, path)


KINDS = ["empty", "truncated", "flipped", "text", "another program's", "harmful"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_damaged_or_foreign_is_refused_by_name(
    saved: tuple[Config, Path], kind: str
) -> None:
    damage(saved[1], kind)
    with pytest.raises(UserError, match=r"last\.pt is damaged or not of this project: ."):
        load(saved[1])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no checkpoint at .*best_model\.pt: train first"):
        load(tmp_path / BEST)


def test_weights_of_another_model_are_listed_and_nothing_changes() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 2))
    before = [weight.clone() for weight in model.parameters()]
    other = nn.Sequential(nn.Linear(4, 2), nn.Identity(), nn.Linear(2, 2)).state_dict()
    with pytest.raises(UserError) as refused:
        checkpoint.load_weights(model, other)
    message = str(refused.value)
    assert message.startswith("the checkpoint is of another model")
    assert all(name in message for name in ("0.weight", "1.bias", "2.bias"))
    assert "\n" not in message
    assert all(a.equal(b) for a, b in zip(model.parameters(), before, strict=True))


def test_a_write_that_fails_is_a_warning_and_the_file_before_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = Writer(tmp_path)
    writer.save({**EMPTY, "epoch": 1}, best=True, keep=0)
    writer.wait()

    def fail(name: str, about: object) -> None:
        if name == "write":
            raise OSError("no space left on device")

    monkeypatch.setattr(faults, "plan", fail)
    for epoch in (2, 3):
        writer.save({**EMPTY, "epoch": epoch}, best=True, keep=0)
    assert "no space left on device" in capsys.readouterr().out
    writer.save({**EMPTY, "epoch": 4}, best=True, keep=0)
    with pytest.raises(GaveUp, match="3 checkpoints in a row"):
        writer.wait()
    assert load(tmp_path / LAST)["epoch"] == load(tmp_path / BEST)["epoch"] == 1


def test_a_best_that_was_not_written_is_written_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = Writer(tmp_path)

    def fail(name: str, about: object) -> None:
        if name == "fsync" and str(about).endswith("epoch_00002.pt.draft"):
            raise OSError("no space left on device")

    monkeypatch.setattr(faults, "plan", fail)
    for epoch in (1, 2):
        writer.save({**EMPTY, "epoch": epoch}, best=True, keep=1)
    writer.wait()
    assert writer.unwritten is not None
    assert not list(tmp_path.glob("*.draft"))  # which would take room
    writer.save({**EMPTY, "epoch": 3}, best=False, keep=1)
    writer.wait()
    assert (load(tmp_path / BEST)["epoch"], load(tmp_path / LAST)["epoch"]) == (2, 3)
    assert writer.unwritten is None


def test_the_newest_are_kept_beside_the_last_and_the_best(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    for epoch in range(1, 12):
        writer.save({**EMPTY, "epoch": epoch}, best=epoch == 3, keep=2 if epoch % 2 else 0)
    writer.wait()
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {LAST, BEST, "epoch_00009.pt", "epoch_00011.pt", SUMS}
    assert load(tmp_path / BEST)["epoch"] == 3
    assert load(tmp_path / LAST)["epoch"] == 11
    listed = [line.split("  ")[1] for line in (tmp_path / SUMS).read_text().splitlines()]
    assert sorted(listed) == sorted(names - {SUMS})
    assert all(is_whole(tmp_path / name) for name in listed)


def test_the_newest_whole_checkpoint_serves_whatever_the_clock_says(
    saved: tuple[Config, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = saved[1].parent
    os.utime(folder / "epoch_00001.pt", (2e9, 2e9))
    for path in (folder / LAST, folder / "epoch_00002.pt"):
        damage(path, "truncated")
    newest = load_newest(folder)
    assert newest is not None
    assert newest["epoch"] == load(folder / BEST)["epoch"]  # 1 like the other, or 2
    assert capsys.readouterr().out.count("is damaged") == 2


def test_the_best_serves_where_it_is_newer_than_the_numbered(tmp_path: Path) -> None:
    writer = Writer(tmp_path)
    for epoch in range(1, 4):
        progress = {"bad_updates": 2 * (epoch == 3), "step": epoch}
        content = {**EMPTY, "epoch": epoch, "progress": progress}
        writer.save(content, best=epoch == 2, keep=epoch % 2)
    writer.go_back()
    assert load(tmp_path / LAST)["epoch"] == 2
    damage(tmp_path / LAST, "truncated")
    (tmp_path / "epoch_00003.pt").unlink()
    newest = load_newest(tmp_path)
    assert newest is not None
    assert newest["epoch"] == 2


def test_a_scaler_that_was_off_may_be_on_now() -> None:
    state = plain_state(nn.Linear(2, 2))
    content = capture(state)
    state.scaler = torch.amp.GradScaler("cpu", init_scale=8.0)
    restore(state, content)
    assert state.scaler.get_scale() == 8.0


@pytest.mark.parametrize("part", ["model", "optimizer", "scheduler", "scaler", "metrics"])
def test_no_part_may_be_missing(part: str) -> None:
    content = capture(plain_state(nn.Linear(2, 2)))
    del content[f"{part}_state_dict"]
    with pytest.raises(KeyError, match=part):
        restore(plain_state(nn.Linear(2, 2)), content)


#: if ema
def test_a_run_from_before_the_average_goes_on() -> None:
    content = capture(plain_state(nn.Linear(2, 2)))
    del content["ema_state_dict"]
    state = plain_state(nn.Linear(2, 2))
    restore(state, content)
    torch.testing.assert_close(state.model.state_dict(), content["model_state_dict"])


#: endif
def test_what_another_overwrite_left_is_not_put_back(tmp_path: Path) -> None:
    folder, aside = tmp_path / "run", tmp_path / "run.overwritten"
    for each in (folder, aside):
        each.mkdir()
        (each / "notes.txt").write_text(each.name)
    with pytest.raises(UserError, match="other data"), open_folder(folder, True, False):
        raise UserError("other data")
    assert [(x / "notes.txt").read_text() for x in (folder, aside)] == ["run", "run.overwritten"]


@pytest.mark.parametrize(
    ("made", "left"),
    [
        ([(0, 0.5), (0, 0.4)], 2),
        ([(0, 0.5), (0, 0.4), (0, math.nan), (1, 0.3)], 2),
        ([(0, math.nan), (0, math.inf), (1, math.nan)], 2),
        ([(1, 0.5), (2, 0.5)], None),
    ],
)
def test_what_led_to_a_divergence_is_not_gone_on_from(
    made: list[tuple[int, float]], left: int | None
) -> None:
    folder = Path("run")
    folder.mkdir()
    writer = Writer(folder)
    for epoch, (bad, loss) in enumerate(made, 1):
        progress = {"bad_updates": bad, "step": epoch}
        content = {**EMPTY, "epoch": epoch, "progress": progress, "val_loss": loss}
        writer.save(content, best=epoch == 1, keep=9)
    writer.go_back()
    newest = load_newest(folder)
    assert (newest and newest["epoch"]) == left
    assert (folder / LAST).exists() == (newest is not None)
    assert len(list(folder.glob("*.diverged"))) == (0 if left else 4)  # nothing is thrown away
