"""A run that is interrupted anywhere and resumed ends with the same bits as one that was not."""

import json
import os
import signal
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from {{ package_name }} import engine, run
from {{ package_name }}.checkpoint import BEST, LAST, load
from {{ package_name }}.config import Config
from {{ package_name }}.engine import TrainState
from {{ package_name }}.errors import UserError
from {{ package_name }}.metrics import NAMES
from {{ package_name }}.training import train

MOMENT = 1e-9  # minutes between two saves: all updates are saved
Start = Callable[..., Config]
InChild = Callable[[Callable[[], object]], int]


def bits(value: Any, path: str = "") -> dict[str, Any]:
    """Flatten nested values; of a tensor stays a fingerprint."""
    if isinstance(value, Tensor):
        content = value.detach().contiguous().view(torch.uint8 if value.ndim else value.dtype)
        return {path: (value.dtype, value.shape, sha256(content.numpy().tobytes()).hexdigest())}
    if isinstance(value, list | tuple):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        return {k: v for name in value for k, v in bits(value[name], f"{path}/{name}").items()}
    return {path: value}


def outcome(config: Config) -> dict[str, Any]:
    """Return all that a run leaves behind, without folder names and measured times."""
    folder = Path(config.experiment.checkpoint_dir)
    left: dict[str, Any] = {}
    for name in (LAST, BEST):
        saved = load(folder / name)
        del saved["config"], saved["log_length"], saved["progress"]["seconds"]
        left |= bits(saved, name)
    for number, line in enumerate((folder / "metrics.jsonl").read_text().splitlines()):
        figures = json.loads(line)
        left[f"line {number}"] = {k: v for k, v in figures.items() if not k.startswith("perf/")}
    return left


def at_step(step: int, action: Callable[[TrainState], object]) -> Callable[..., bool]:
    """Return a callback that does something at an update, before that is logged and saved."""
    after_step = run.Run.after_step

    def callback(self: run.Run, state: TrainState, loss: Tensor, grad_norm: Tensor) -> bool:
        if state.progress.step == step:
            action(state)
        return after_step(self, state, loss, grad_norm)

    return callback


def kill(state: TrainState) -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def train_until(step: int, config: Config, in_child: InChild) -> None:
    """Train in a process that is killed at an update."""

    def action() -> None:
        run.Run.after_step = at_step(step, kill)  # type: ignore[method-assign]
        train(config, resume=False, overwrite=False)

    assert in_child(action) == -signal.SIGKILL


#: if family == "image"
@pytest.mark.parametrize("workers", [0, 2])
#: endif
@pytest.mark.parametrize("step", [2, 4, 7])  # 4 and 8 are the ends of epochs
#: if family == "image"
def test_killed_and_resumed_is_the_same_run(
    make_config: Start, in_child: InChild, step: int, workers: int
) -> None:
    changes = {"in_memory": "no", "num_workers": workers, "save_every_minutes": MOMENT}
    #: else
def test_killed_and_resumed_is_the_same_run(
    make_config: Start, in_child: InChild, step: int
) -> None:
    changes = {"save_every_minutes": MOMENT}
    #: endif
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    train_until(step, killed, in_child)
    assert load(Path(killed.experiment.checkpoint_dir, LAST))["progress"]["step"] == step - 1
    train(killed, resume=True, overwrite=False)
    assert outcome(killed) == outcome(whole)


@pytest.mark.parametrize("write", [1, 4, 6])  # of the first epoch's end: 4 best, 5 kept, 6 last
def test_killed_inside_a_write_the_file_before_it_serves(
    make_config: Start, in_child: InChild, write: int
) -> None:
    changes = {"save_every_minutes": MOMENT}
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    torch_save, writes = torch.save, 0

    def save_half(content: object, file: Any) -> None:
        nonlocal writes
        writes += 1
        if writes == write:
            file.write(b"half")
            file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        torch_save(content, file)

    def action() -> None:
        torch.save = save_half
        train(killed, resume=False, overwrite=False)

    assert in_child(action) == -signal.SIGKILL
    train(killed, resume=True, overwrite=False)
    assert outcome(killed) == outcome(whole)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_saves_and_ends_with_its_code(
    make_config: Start, in_child: InChild, number: int, code: int
) -> None:
    whole, stopped = make_config("whole"), make_config("stopped")
    train(whole, resume=False, overwrite=False)

    def action() -> None:
        run.Run.after_step = at_step(3, lambda _: os.kill(os.getpid(), number))  # type: ignore
        train(stopped, resume=False, overwrite=False)

    assert in_child(action) == code
    assert load(Path(stopped.experiment.checkpoint_dir, LAST))["progress"]["step"] == 3
    train(stopped, resume=True, overwrite=False)
    assert outcome(stopped) == outcome(whole)


#: if architecture != "custom"
def test_a_frozen_backbone_is_resumed_frozen(make_config: Start, in_child: InChild) -> None:
    changes = {"save_every_minutes": MOMENT, "freeze_epochs": 1, "num_epochs": 3}
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    train(whole, resume=False, overwrite=False)
    train_until(3, killed, in_child)
    train(killed, resume=True, overwrite=False)
    assert outcome(killed) == outcome(whole)
    folder = Path(whole.experiment.checkpoint_dir)
    weights = [load(folder / f"epoch_{epoch:05}.pt")["model_state_dict"] for epoch in (1, 2)]
    frozen = [weight for weight in weights[0] if weight.startswith("backbone.1.")]
    assert not any(weights[0][name].equal(weights[1][name]) for name in frozen)
    start = load(folder / "epoch_00001.pt")["optimizer_state_dict"]["state"]
    assert len(start) == 2  # of the head's weight and bias alone


#: endif
def test_a_finished_run_changes_nothing(
    make_config: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    folder = Path(config.experiment.checkpoint_dir)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    train(config, resume=True, overwrite=False)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert "best epoch" in capsys.readouterr().out


def test_the_best_stays_the_best(
    make_config: Start, in_child: InChild, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config("run", num_epochs=4, monitor="val_loss", save_every_minutes=MOMENT)
    losses = iter([3.0, 1.0, 2.0, 1.5])

    def evaluate(*_: object) -> dict[str, float]:
        return dict.fromkeys(NAMES, 0.5) | {"loss": next(losses)}

    monkeypatch.setattr(engine, "evaluate", evaluate)
    train_until(11, config, in_child)  # in the third epoch
    losses = iter([2.0, 1.5])
    train(config, resume=True, overwrite=False)
    folder = Path(config.experiment.checkpoint_dir)
    best, last = load(folder / BEST), load(folder / LAST)
    assert (best["epoch"], best["val_loss"], last["val_loss"]) == (2, 1.0, 1.5)
    assert (last["progress"]["best"], last["progress"]["bad_epochs"]) == (1.0, 2)


def test_a_damaged_checkpoint_is_never_a_fresh_start(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    last = Path(config.experiment.checkpoint_dir, LAST)
    last.write_bytes(last.read_bytes()[:-100])
    before = {path.name: path.read_bytes() for path in last.parent.iterdir()}
    with pytest.raises(UserError, match=r"last\.pt is damaged"):
        train(config, resume=True, overwrite=False)
    assert {path.name: path.read_bytes() for path in last.parent.iterdir()} == before


def test_nothing_to_resume_is_a_fresh_start(
    make_config: Start, in_child: InChild, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, killed = make_config("whole"), make_config("killed")
    train(whole, resume=False, overwrite=False)
    train_until(3, killed, in_child)  # before anything was saved
    train(killed, resume=True, overwrite=False)
    assert "starting afresh" in capsys.readouterr().out
    assert outcome(killed) == outcome(whole)


def test_a_run_is_not_written_over_unasked(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    first = outcome(config)
    with pytest.raises(UserError, match=r"experiment\.checkpoint_dir .* not empty: --resume"):
        train(config, resume=False, overwrite=False)
    assert outcome(config) == first
    (folder := Path(config.experiment.checkpoint_dir)).joinpath("stray").touch()
    train(config, resume=False, overwrite=True)
    assert outcome(config) == first  # the same seed, to the last bit
    assert not (folder / "stray").exists()
