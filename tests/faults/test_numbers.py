"""Numbers that are not finite, gradients that explode, and memory that runs out."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from faulty.config import Config
from faulty.engine.checkpoint import LAST, load
from runs import (
    FOUR,
    KILLED,
    At,
    Plan,
    folder_of,
    kill,
    logged,
    make_config,
    run_child,
    said_path,
    together,
)


def spoil(value: float, *updates: int, once: bool = True) -> Plan:
    """Plan to multiply the inputs of some updates in training, so that loss and gradient follow."""
    state = {"step": 0, "left": len(updates) if once else 10**9}

    def plan(name: str, about: Any) -> None:
        if name == "step":
            state["step"] = about
        if name == "forward" and torch.is_grad_enabled() and state["step"] + 1 in updates:
            if state["left"] > 0:
                about.inputs.mul_(value)
            state["left"] -= 1

    return plan


def explode(factor: float, update: int) -> Plan:
    """Plan to multiply the gradient of one update."""
    original: Callable[..., None] = torch.Tensor.backward
    state = {"step": 0}

    def backward(loss: torch.Tensor, *args: Any, **options: Any) -> None:
        torch.Tensor.backward = original  # type: ignore[method-assign]
        original(loss * factor, *args, **options)

    def plan(name: str, about: Any) -> None:
        if name == "step":
            state["step"] = about
        if name == "forward" and torch.is_grad_enabled() and state["step"] + 1 == update:
            torch.Tensor.backward = backward  # type: ignore[assignment,method-assign]

    return plan


def finite(config: Config) -> bool:
    """Tell whether every number of the last checkpoint is finite."""
    saved = load(folder_of(config) / LAST)
    tensors = [*saved["model_state_dict"].values(), *saved["ema_state_dict"].values()]
    for moments in saved["optimizer_state_dict"]["state"].values():
        tensors += moments.values()
    return all(bool(tensor.isfinite().all()) for tensor in tensors)


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("update", [1, 3, 8])
def test_a_loss_that_is_not_finite_is_skipped(update: int, value: float) -> None:
    config = make_config("run", **FOUR)
    assert run_child(config, spoil(value, update)) == 0, said_path(config).read_text()
    said = said_path(config).read_text()
    assert said.count("skipped an update that is not finite, of samples [") == 1
    assert finite(config)
    assert load(folder_of(config) / LAST)["progress"]["step"] == 8
    losses = logged(config, "train/loss")
    assert [step for step, loss in losses.items() if loss is None] == [update]
    assert all(x is not None for x in logged(config, "epoch/train_loss").values())


def test_a_skipped_update_is_found_at_the_next_log_point_with_its_samples() -> None:
    config = make_config("run", **{**FOUR, "log_every": 4})
    seen: list[list[int]] = []
    plan = spoil(math.nan, 2)

    def note(name: str, about: Any) -> None:
        if name == "forward" and torch.is_grad_enabled():
            seen.append(about.ids.tolist())
            Path("seen.json").write_text(json.dumps(seen))
        plan(name, about)

    assert run_child(config, note) == 0
    named = json.loads(Path("seen.json").read_text())[1]
    assert f"of samples {named}" in said_path(config).read_text()


def test_several_go_back_to_the_checkpoint_at_half_the_rate() -> None:
    config = make_config("run", **FOUR, max_bad_updates=2)
    assert run_child(config, spoil(math.nan, 6, 7)) == 0, said_path(config).read_text()
    assert "back to the last checkpoint, at half the learning rate" in said_path(config).read_text()
    saved = load(folder_of(config) / LAST)
    assert (saved["progress"]["step"], saved["progress"]["setbacks"]) == (8, 1)
    assert saved["optimizer_state_dict"]["param_groups"][0]["lr"] == pytest.approx(0.015)
    assert list(logged(config, "train/loss")) == list(range(1, 9))  # each update once
    assert finite(config)


def test_what_stays_broken_ends_with_exit_3_and_the_samples() -> None:
    config = make_config("run", **FOUR, max_bad_updates=2, max_setbacks=2)
    assert run_child(config, spoil(math.nan, 6, 7, once=False)) == 3
    said = said_path(config).read_text()
    assert said.count("back to the last checkpoint") == 2
    assert "training.max_bad_updates reached with the samples [" in said
    saved = load(folder_of(config) / LAST)
    assert saved["progress"]["step"] == 4
    assert finite(config)


def test_a_setback_is_killed_and_resumed_at_the_lower_rate() -> None:
    config = make_config("run", **FOUR, max_bad_updates=2, num_epochs=3)
    plans: list[Plan] = [
        spoil(math.nan, 6, 7),
        At("step", 11, kill),
    ]
    assert run_child(config, together(*plans)) == KILLED
    assert run_child(config, resume=True) == 0
    saved = load(folder_of(config) / LAST)
    assert saved["progress"]["setbacks"] in (0, 1)  # 0: the checkpoint with it was under way
    rate = 0.03 * 0.5 ** saved["progress"]["setbacks"]
    assert saved["optimizer_state_dict"]["param_groups"][0]["lr"] == pytest.approx(rate)


@pytest.mark.parametrize("factor", [1e6, 1e15, 1e30])  # whose square is no float32
def test_an_exploding_gradient_is_clipped_and_its_norm_logged(factor: float) -> None:
    config = make_config("run", **FOUR)
    assert run_child(config, explode(factor, 3)) == 0, said_path(config).read_text()
    norms = logged(config, "train/gradient_norm")
    assert factor / 100 < (norms[3] or 0) < factor * 100
    assert all(0 < (norm or 0) < 100 for step, norm in norms.items() if step != 3)
    assert "skipped" not in said_path(config).read_text()
    assert finite(config)


@pytest.mark.parametrize(("factor", "limit"), [(1e30, None), (math.inf, None), (math.inf, 1.0)])
def test_a_gradient_of_no_use_is_skipped(factor: float, limit: float | None) -> None:
    config = make_config("run", **{**FOUR, "gradient_clipping": limit})
    assert run_child(config, explode(factor, 3)) == 0, said_path(config).read_text()
    assert logged(config, "train/gradient_norm")[3] is None
    assert said_path(config).read_text().count("skipped an update") == 1
    assert finite(config)
