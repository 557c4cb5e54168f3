"""Memory that runs out: smaller parts, the same samples, the same updates."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from faulty import training
from faulty.config import Config
from faulty.engine.checkpoint import LAST, load
from faulty.models import model
from runs import (
    FOUR,
    KILLED,
    At,
    Plan,
    Whole,
    differences,
    ending,
    folder_of,
    kill,
    logged,
    make_config,
    run_child,
    said_path,
    together,
)


def memory(most: int, training: bool, start: int = 0) -> Plan:
    """Plan to run out of memory from an update on, for more samples than `most`; note the rest."""
    state: dict[str, Any] = {"step": 0, "seen": []}

    def plan(name: str, about: Any) -> None:
        if name == "step":
            state["step"] = about
        if name == "forward" and torch.is_grad_enabled() == training:
            if about.size > most and state["step"] + 1 >= start:
                raise torch.OutOfMemoryError("CUDA out of memory")
            state["seen"] += about.ids.tolist()
            Path("seen.json").write_text(json.dumps(state["seen"]))

    return plan


def seen_samples(config: Config, plan: Plan) -> list[int]:
    """Return the samples of all passes that fitted, in order."""
    assert run_child(config, plan) == 0, said_path(config).read_text()
    found: list[int] = json.loads(Path("seen.json").read_text())
    return found


@pytest.mark.parametrize("step", [1, 3, 6])
def test_less_memory_sees_the_same_samples_in_the_same_updates(step: int) -> None:
    whole, split = make_config("whole", **FOUR), make_config("split", **FOUR)
    assert seen_samples(whole, memory(100, True)) == seen_samples(split, memory(3, True, step))
    said = said_path(split).read_text()
    assert "out of memory: 4 samples at once" in said
    assert "out of memory: 2 samples at once" in said
    assert "batch statistics, though, are now those of a part" in said
    saved = load(folder_of(split) / LAST)
    assert saved["progress"]["step"] == 8
    assert saved["progress"]["micro_batch"] == 2
    before = [logged(config, "train/loss") for config in (whole, split)]
    assert all(before[0][n] == before[1][n] for n in range(1, step))


def test_half_the_memory_ends_within_a_millionth(monkeypatch: pytest.MonkeyPatch) -> None:
    build = model.build_model

    def plain(*arguments: Any, **settings: Any) -> torch.nn.Module:
        made = build(*arguments, **settings)
        made.backbone[0] = torch.nn.Conv2d(1, 8, 3, padding=1)  # without batch statistics
        return made

    monkeypatch.setattr(training, "build_model", plain)
    changes: dict[str, Any] = {**FOUR, "dropout": 0.0, "optimizer": "sgd", "augmentation": []}
    whole, split = make_config("whole", **changes), make_config("split", **changes)
    assert run_child(whole) == run_child(split, memory(4, True, 3)) == 0
    assert "batch statistics" not in said_path(split).read_text()
    ends = [load(folder_of(config) / LAST)["model_state_dict"] for config in (whole, split)]
    torch.testing.assert_close(*ends, rtol=1e-6, atol=1e-6)
    assert any(not ends[0][name].equal(ends[1][name]) for name in ends[0])  # it was split


def test_a_smaller_part_is_killed_and_resumed_to_the_same_bits() -> None:
    changes = {**FOUR, "save_every_minutes": 1e-9}
    split, killed = make_config("split", **changes), make_config("killed", **changes)
    assert run_child(split, memory(3, True)) == 0
    plans: list[Plan] = [memory(3, True), At("step", 5, kill)]
    assert run_child(killed, together(*plans)) == KILLED
    assert run_child(killed, resume=True) == 0  # with memory again: the size is remembered
    assert differences(killed, Whole(split, ending(split), [])) == []


def test_one_sample_that_does_not_fit_ends_with_exit_3() -> None:
    config = make_config("run", **FOUR)
    assert run_child(config, memory(0, True, start=6)) == 3
    said = said_path(config).read_text()
    assert "out of memory with one sample: choose a smaller model or data.input_shape" in said
    assert load(folder_of(config) / LAST)["progress"]["step"] == 4


def test_less_memory_in_validation_changes_no_metric(whole: Callable[..., Whole]) -> None:
    config, undisturbed = make_config("run", **FOUR), whole(**FOUR)
    plan = memory(3, training=False)
    assert len(seen_samples(config, plan)) == 2 * 10
    for name in ("epoch/val_loss", "epoch/val_accuracy", "epoch/val_f1"):
        expected = logged(undisturbed.config, name)
        assert logged(config, name) == pytest.approx(expected, abs=1e-6)
    losses = [logged(c, "train/loss") for c in (config, undisturbed.config)]
    assert losses[0] == losses[1]
    assert load(folder_of(config) / LAST)["progress"]["micro_batch"] is None
