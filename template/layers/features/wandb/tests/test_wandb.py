"""The sink of Weights & Biases, without a network."""

from pathlib import Path

import pytest
import wandb

from pkg.engine.errors import UserError
from pkg.engine.tracking_wandb import WandB

CONFIG = {"training": {"batch_size": 8}}


def test_metrics_stay_here_offline_and_a_resumed_run_keeps_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wandb.teardown()  # a session reads the environment once
    monkeypatch.setenv("WANDB_MODE", "offline")
    names = set()
    for _ in range(2):
        sink = WandB("trial", CONFIG, tmp_path)
        sink.log({"train/loss": 1.5}, 3)
        sink.log({"epoch/val_loss": 2.5}, 0)
        names.add(sink.run.id)
        assert dict(sink.run.summary)["train/loss"] == 1.5
        sink.run.finish()
    wandb.teardown()
    assert names == {(tmp_path / "wandb_run.txt").read_text()}
    assert list(tmp_path.glob("wandb/offline-run-*/run-*.wandb"))


def test_a_missing_key_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(**_: object) -> None:
        raise wandb.Error("No API key configured.")

    monkeypatch.setattr(wandb, "init", refuse)
    with pytest.raises(UserError, match=r"No API key .*WANDB_API_KEY, or WANDB_MODE=offline"):
        WandB("trial", CONFIG, tmp_path)
