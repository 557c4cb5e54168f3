"""Memory that runs out: smaller parts, the same samples, the same numbers."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
import torch
from building import scalars_of
from interruptions import in_child
from plain import NUM_OUTPUTS, make_batch, plain_recipe, plain_state
from short_runs import start
from torch import nn

from pkg.config import Config
from pkg.engine import faults
from pkg.engine.errors import GaveUp, UserError
from pkg.engine.loop import evaluate, update_weights


class Memory:
    """A plan: memory for so many samples at once."""

    def __init__(self, samples: int) -> None:
        self.samples = samples
        self.seen: list[list[int]] = []  # the samples of each pass through the model

    def __call__(self, name: str, about: Any) -> None:
        if name == "forward":
            if about.size > self.samples:
                raise torch.OutOfMemoryError("planned")
            self.seen.append(about.ids.tolist())


@pytest.fixture
def limit_memory(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Memory]:
    """Return a function that leaves memory for so many samples at once."""

    def make(samples: int) -> Memory:
        made = Memory(samples)
        monkeypatch.setattr(faults, "plan", made)
        return made

    return make


def test_half_the_memory_gives_the_same_update(limit_memory: Callable[[int], Memory]) -> None:
    batch, recipe, results, seen = make_batch(7, 4), plain_recipe(), [], []
    for memory in (1000, 3):
        torch.manual_seed(0)
        state = plain_state(nn.Linear(4, NUM_OUTPUTS))
        planned = limit_memory(memory)
        updates = [scalars_of(update_weights(state, recipe, [batch])) for _ in range(2)]
        results.append([*(found["loss"] for found in updates), *state.model.parameters()])
        results[-1].append(torch.tensor(list(state.metrics.compute().values())))
        seen.append([i for ids in planned.seen for i in ids])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-6)
    assert seen[0] == seen[1]
    assert state.progress.micro_batch == 2  # 7 did not fit, nor did 4


def test_what_was_counted_before_memory_ran_out_counts_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passes: list[int] = []

    def plan(name: str, about: Any) -> None:
        if name == "forward":
            passes.append(about.size)
            if len(passes) == 3:  # of the last of three batches
                raise torch.OutOfMemoryError("planned")

    state = plain_state(nn.Linear(4, NUM_OUTPUTS))
    batches = [make_batch(4, 4, seed=seed) for seed in range(3)]
    expected = [state.model(batch.inputs).argmax(1) == batch.targets for batch in batches]
    monkeypatch.setattr(faults, "plan", plan)
    update_weights(state, plain_recipe(accumulation_steps=3), batches)
    assert passes == [4, 4, 4] + [2] * 6
    hits = float(torch.cat(expected).float().mean())
    assert state.metrics.compute()["accuracy"] == pytest.approx(hits)
    assert float(state.metrics.state_dict()["sums"][3]) == 12


def test_batch_statistics_and_random_numbers_are_undone_first(
    limit_memory: Callable[[int], Memory], capsys: pytest.CaptureFixture[str]
) -> None:
    norm = nn.BatchNorm1d(4)
    model = nn.Sequential(norm, nn.Dropout(0.5), nn.Linear(4, NUM_OUTPUTS))
    state, recipe = plain_state(model), plain_recipe()
    limit_memory(4)
    torch.manual_seed(1)
    batch = make_batch(8, 4)
    update_weights(state, recipe, [batch])
    statistics, random = norm.state_dict()["running_mean"].clone(), torch.get_rng_state()
    norm.reset_running_stats()
    torch.manual_seed(1)
    for half in (batch.cut(0, 4), batch.cut(4, 8)):
        model(half.inputs)
    torch.testing.assert_close(norm.state_dict()["running_mean"], statistics)
    assert torch.get_rng_state().equal(random)
    assert "batch statistics" in capsys.readouterr().out


def test_no_part_is_of_one_sample_where_another_could_have_two(
    limit_memory: Callable[[int], Memory],
) -> None:
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, NUM_OUTPUTS))
    state, recipe = plain_state(model), plain_recipe()
    seen = limit_memory(4).seen
    for size in (8, 9):
        update_weights(state, recipe, [make_batch(size, 4)])
    assert sorted(map(len, seen)) == [3, 3, 3, 4, 4]
    with pytest.raises(UserError, match=r"choose a larger training\.batch_size"):
        update_weights(state, recipe, [make_batch(1, 4)])


def test_one_sample_that_does_not_fit_ends_the_run(limit_memory: Callable[[int], Memory]) -> None:
    limit_memory(0)
    state, recipe = plain_state(nn.Linear(4, NUM_OUTPUTS)), plain_recipe()
    with pytest.raises(GaveUp, match=r"out of memory with one sample: .* data\.input_shape"):
        update_weights(state, recipe, [make_batch(8, 4)])


def test_less_memory_leaves_the_metrics_of_an_evaluation(
    limit_memory: Callable[[int], Memory],
) -> None:
    model, recipe = nn.Linear(4, NUM_OUTPUTS), plain_recipe()
    batches = [make_batch(8, 4), make_batch(5, 4, seed=1)]
    whole = evaluate(model, recipe, iter(batches))
    seen = limit_memory(3).seen
    assert evaluate(model, recipe, iter(batches)) == pytest.approx(whole, abs=1e-6)
    assert sum(map(len, seen)) == 13
    assert max(map(len, seen)) == 2


def test_memory_or_disk_that_nothing_can_spare_is_one_line(
    make_config: Callable[..., Config],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail(error: Exception) -> None:
        raise error

    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(faults, "plan", lambda name, about: fail(full))
    assert in_child(start(make_config("disk"))) == 3
    monkeypatch.setattr(faults, "plan", None)
    short = RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED")
    monkeypatch.setattr(torch.amp.GradScaler, "step", lambda *_: fail(short))
    assert in_child(start(make_config("memory"))) == 3
    lines = capfd.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("error: there is no room left: ")] == lines
    assert len(lines) == 2
