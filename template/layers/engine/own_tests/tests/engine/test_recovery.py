"""What a run survives: updates whose numbers are not finite."""

import math
import os
import signal
import weakref
from collections.abc import Callable, Collection
from typing import Any

import pytest
import torch
from interruptions import MOMENT, in_child
from plain import NUM_OUTPUTS, make_batch, plain_recipe, plain_state
from short_runs import ending, last, log_of, start
from small import SmallModel
from torch import nn

from pkg import training
from pkg.config import Config
from pkg.engine import faults
from pkg.engine.errors import GaveUp
from pkg.engine.loop import update_weights
from pkg.engine.state import TrainState
from pkg.training import train

Start = Callable[..., Config]


@pytest.fixture
def spoilt(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list: where it is [True], all that the small model says is NaN."""
    wanted = [False]

    def build(shape: list[int], num: int, **_: Any) -> SmallModel:
        model = SmallModel(shape, num)
        model.head.register_forward_hook(lambda *x: x[2] * math.nan if wanted[0] else None)
        return model

    monkeypatch.setattr(training, "build_model", build)
    return wanted


class Broken:
    """A plan: what the model says in some updates, counted from 1, turns into NaN."""

    def __init__(self, updates: Collection[int], spoilt: list[bool]) -> None:
        self.updates, self.spoilt, self.step = updates, spoilt, 0
        self.seen: list[list[int]] = []  # the samples of each pass through the model

    def __call__(self, name: str, about: Any) -> None:
        if name == "step":
            self.step = about
        if name == "forward":
            self.spoilt[0] = self.step + 1 in self.updates
            self.seen.append(about.ids.tolist())


@pytest.fixture
def spoil(
    spoilt: list[bool], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Collection[int]], Broken]:
    """Return a function that spoils the updates of these numbers."""

    def make(updates: Collection[int]) -> Broken:
        made = Broken(updates, spoilt)
        monkeypatch.setattr(faults, "plan", made)
        return made

    return make


Spoil = Callable[[Collection[int]], Broken]


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
@pytest.mark.parametrize("first", [True, False])
def test_an_update_that_is_not_finite_changes_nothing(name: str, first: bool) -> None:
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, NUM_OUTPUTS))
    state, recipe = plain_state(model, name), plain_recipe(max_grad_norm=1.0)
    good, bad = make_batch(8, 4), make_batch(8, 4, seed=1)
    bad.inputs[3, 2] = math.inf
    twin = plain_state(nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, NUM_OUTPUTS)), name)
    twin.model.load_state_dict(model.state_dict())
    flags = []
    for batch in [bad, good, good] if first else [good, bad, good]:
        flags.append(bool(update_weights(state, recipe, [batch]).bad))
    for _ in range(2):
        update_weights(twin, recipe, [good])
    assert flags == ([True, False, False] if first else [False, True, False])
    weights, expected = model.state_dict(), twin.model.state_dict()
    expected["0.num_batches_tracked"] += 1  # it counts passes, bad ones too
    torch.testing.assert_close(weights, expected, rtol=0, atol=0)


def test_a_bad_batch_does_not_count_in_the_loss_of_its_epoch(
    make_config: Start, spoil: Spoil
) -> None:
    spoil((2,))
    config = make_config("run", num_epochs=1)
    train(config, resume=False, overwrite=False)
    lines = log_of(config)
    losses = [line.get("train/loss") for line in lines[:4]]
    good = [loss for loss in losses if loss is not None]
    assert (losses[1], len(good)) == (None, 3)
    [mean] = [line["epoch/train_loss"] for line in lines if "epoch/train_loss" in line]
    assert mean == pytest.approx(sum(good) / 3, rel=0.1)


def test_one_bad_batch_is_skipped_and_named(
    make_config: Start, spoil: Spoil, capsys: pytest.CaptureFixture[str]
) -> None:
    config = make_config("run", log_every=4)
    seen = spoil((3,)).seen
    train(config, resume=False, overwrite=False)
    printed = capsys.readouterr().out
    assert "skipped an update that is not finite" in printed
    assert str(seen[2]) in printed
    progress = last(config)["progress"]
    assert (progress["step"], progress["setbacks"]) == (8, 0)
    assert all(x.isfinite().all() for x in last(config)["model_state_dict"].values())


def test_several_go_back_to_the_checkpoint_at_half_the_learning_rate(
    make_config: Start, spoil: Spoil, capsys: pytest.CaptureFixture[str]
) -> None:
    config = make_config("run", max_bad_updates=2, lr_scheduler="plateau", warmup_epochs=0.0)
    made = spoil((6, 7))
    strikes: list[int] = []

    def once(name: str, about: Any) -> None:
        made(name, about)
        strikes.append(1) if name == "step" and about == 7 else None
        made.updates = () if strikes else made.updates

    faults.plan = once
    train(config, resume=False, overwrite=False)
    assert "back to the last checkpoint" in capsys.readouterr().out
    saved = last(config)
    assert (saved["progress"]["step"], saved["progress"]["setbacks"]) == (8, 1)
    rate = saved["optimizer_state_dict"]["param_groups"][0]["lr"]
    assert rate == pytest.approx(config.training.learning_rate / 2)
    steps = [k for k in ending(config) if k.startswith("line")]
    assert len(steps) == 8 + 2  # each update and each epoch once


def test_bad_updates_in_a_row_count_whatever_follows(make_config: Start, spoil: Spoil) -> None:
    config = make_config("run", max_bad_updates=2, max_setbacks=0, log_every=4)
    spoil((2, 3))
    with pytest.raises(GaveUp, match=r"training\.max_bad_updates reached"):
        train(config, resume=False, overwrite=False)


def test_a_gradient_that_no_scale_mends_is_bad() -> None:
    model = nn.Linear(4, NUM_OUTPUTS)
    model.weight.register_hook(lambda gradient: gradient * math.nan)
    state, recipe = plain_state(model), plain_recipe()
    state.scaler = torch.amp.GradScaler("cpu", init_scale=2.0)
    before = model.weight.detach().clone()
    updates = [update_weights(state, recipe, [make_batch(8, 4)]) for _ in range(4)]
    assert [float(update.bad) for update in updates] == [0, 0, 1, 1]  # at scales of 2, 1, 1/2, 1/4
    assert model.weight.equal(before)


def test_buffers_of_any_memory_format_are_undone() -> None:
    model = nn.Sequential(nn.Linear(4, NUM_OUTPUTS))
    table = torch.rand(1, 2, 3, 4).to(memory_format=torch.channels_last)
    model.register_buffer("table", table)
    before, batch = table.clone(), make_batch(8, 4)
    batch.inputs[0] = math.nan
    assert float(update_weights(plain_state(model), plain_recipe(), [batch]).bad)
    assert table.equal(before)


def test_a_run_that_stays_broken_gives_up_and_keeps_its_checkpoint(
    make_config: Start, spoil: Spoil
) -> None:
    config = make_config("run", max_bad_updates=2, max_setbacks=1)
    seen = spoil((6, 7)).seen
    with pytest.raises(GaveUp, match=r"with the samples \[") as error:
        train(config, resume=False, overwrite=False)
    assert str(seen[-1]) in str(error.value)
    assert last(config)["progress"]["step"] == 4


def test_the_advice_after_a_run_that_gave_up_helps(make_config: Start, spoil: Spoil) -> None:
    changes = {"max_bad_updates": 2, "max_setbacks": 0, "save_every_minutes": MOMENT}
    config, made = make_config("run", **changes), spoil((6, 7))
    with pytest.raises(GaveUp):
        train(config, resume=False, overwrite=False)
    made.updates = ()
    train(config, resume=True, overwrite=False)
    assert last(config)["progress"]["step"] == 8


def test_a_loss_that_is_partly_not_finite_counts_as_far_as_it_is(
    make_config: Start, spoilt: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    passes = [0]

    def plan(name: str, about: Any) -> None:
        passes[0] += name == "forward"
        spoilt[0] = (name, passes[0]) == ("forward", 2)

    monkeypatch.setattr(faults, "plan", plan)
    losses = []
    for run in ("broken", "whole"):
        config = make_config(run, num_epochs=1, accumulation_steps=2, learning_rate=1e-9)
        train(config, resume=False, overwrite=False)
        losses += [x["epoch/train_loss"] for x in log_of(config) if "epoch/train_loss" in x]
    assert losses[0] == pytest.approx(losses[1], rel=0.3)


def test_a_run_of_nothing_but_nan_fails_before_its_first_log_point(
    make_config: Start, spoil: Spoil
) -> None:
    spoil(range(1, 9))
    with pytest.raises(GaveUp, match=r"training\.max_bad_updates"):
        train(make_config("run", log_every=10), resume=False, overwrite=False)


def test_nothing_of_a_try_is_kept_once_it_went_back(
    make_config: Start, spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    models: list[weakref.ref[nn.Module]] = []
    alive: list[int] = []
    build = training.build_state

    def watched(*about: Any) -> TrainState:
        alive.append(sum(model() is not None for model in models))
        state = build(*about)
        models.append(weakref.ref(state.model))
        return state

    monkeypatch.setattr(training, "build_state", watched)
    spoil((6, 7))
    with pytest.raises(GaveUp):
        train(make_config("run", max_bad_updates=2, max_setbacks=2), resume=False, overwrite=False)
    assert alive == [0, 0, 0]


def test_a_signal_in_the_update_that_diverges_ends_the_run(
    make_config: Start, spoil: Spoil
) -> None:
    config, made = make_config("run", max_bad_updates=2), spoil((6, 7))

    def struck(name: str, about: Any) -> None:
        made(name, about)
        if (name, about) == ("step", 7):
            os.kill(os.getpid(), signal.SIGTERM)

    faults.plan = struck
    assert in_child(start(config)) == 143
    assert last(config)["progress"]["step"] == 4
