"""SIGKILL anywhere: a run that is resumed ends with the same bits, file for file."""

import random
from collections.abc import Callable

import pytest
from faulty.engine.checkpoint import BEST, LAST, load
from runs import (
    KILLED,
    At,
    Whole,
    differences,
    finish,
    folder_of,
    kill,
    make_config,
    run_child,
    said_path,
    some,
)

SHARES = 8  # parts of the trials, for several processes
CHAINS = 200
Wholes = Callable[..., Whole]


def kill_and_resume(whole: Whole, name: str, number: int) -> None:
    """Kill a run at one point, resume it, and compare what it ends with."""
    config = make_config(f"{name}-{number}")
    assert run_child(config, At(name, number, kill)) == KILLED
    assert run_child(config, resume=True) == 0, said_path(config).read_text()
    assert differences(config, whole) == [], (name, number)


def test_killed_at_every_step(whole: Wholes) -> None:
    changes = {"batch_size": 8, "num_epochs": 3}
    undisturbed = whole(**changes)
    assert undisturbed.count("step") == 12
    for step in some(range(1, 13), 6):
        finish(make_config(f"step-{step}", **changes), [At("step", step, kill)], undisturbed)


@pytest.mark.parametrize("share", range(SHARES))
def test_killed_at_every_write(whole: Wholes, share: int) -> None:
    undisturbed = whole()
    numbers = range(1 + share, undisturbed.count("write") + 1, SHARES)
    assert len(numbers) > 100
    for number in some(numbers, 3):
        kill_and_resume(undisturbed, "write", number)


@pytest.mark.parametrize("name", ["fsync", "replace", "unlink"])
def test_killed_at_every_other_operation(whole: Wholes, name: str) -> None:
    undisturbed = whole()
    numbers = range(1, undisturbed.count(name) + 1)
    assert numbers
    for number in some(numbers, 12):
        kill_and_resume(undisturbed, name, number)


def test_killed_in_every_forward_pass(whole: Wholes) -> None:
    undisturbed = whole()
    for number in range(1, undisturbed.count("forward") + 1):
        kill_and_resume(undisturbed, "forward", number)


@pytest.mark.parametrize("share", range(SHARES))
def test_chains_of_up_to_five_kills(whole: Wholes, share: int) -> None:
    changes = {"num_epochs": 3}
    undisturbed = whole(**changes)
    for chain in some(range(share, CHAINS, SHARES), 2):
        draw = random.Random(chain)
        plans = []
        for _ in range(draw.randint(1, 5)):
            name = draw.choice(["step", "forward", "write", "write", "fsync", "replace"])
            most = max(1, undisturbed.count(name) // 3)
            plans.append(At(name, draw.randint(1, most), kill))
        finish(make_config(f"chain-{chain}", **changes), plans, undisturbed)


def test_the_best_stays_the_best(whole: Wholes) -> None:
    changes = {"num_epochs": 4, "monitor": "val_loss", "min_delta": 0.1, "patience": 4}
    undisturbed = whole(**changes)
    best, last = (load(folder_of(undisturbed.config) / name) for name in (BEST, LAST))
    assert best["epoch"] < last["epoch"]
    for step in some(range(1, 9), 2):
        finish(make_config(f"step-{step}", **changes), [At("step", step, kill)], undisturbed)


def test_a_lost_bit_would_be_seen(whole: Wholes) -> None:
    undisturbed = whole()
    other = make_config("other", learning_rate=0.03 * (1 + 1e-6))
    assert run_child(other) == 0
    named = "".join(differences(other, undisturbed))
    assert "model_state_dict" in named
    assert "ema_state_dict" in named
    assert "train/loss" in named
