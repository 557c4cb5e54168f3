"""What a run survives: memory that runs out, of a device or of a disk."""

import errno
from collections.abc import Callable
from typing import Any

import pytest
import torch
from interruptions import in_child
from torch import nn

from pkg import faults
from pkg.config import Config
from pkg.engine.loop import evaluate, update_weights
from pkg.engine.errors import GaveUp, UserError
from pkg.inference import infer
from pkg.training import train

NUM_OUTPUTS = 3
Make = Callable[..., Any]


class Memory:
    """A plan: memory for so many samples at once."""

    def __init__(self, samples: int) -> None:
        self.samples = samples
        self.seen: list[list[int]] = []  # the samples of each pass through the model

    def __call__(self, name: str, about: Any) -> None:
        if name == "forward":
            if len(about.ids) > self.samples:
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


def test_half_the_memory_gives_the_same_update(
    make_batch: Make, make_objective: Make, make_state: Make, make_recipe: Make, limit_memory: Make
) -> None:
    batch, recipe, results, seen = make_batch(7, 4), make_recipe(make_objective()), [], []
    for memory in (1000, 3):
        torch.manual_seed(0)
        state = make_state(nn.Linear(4, NUM_OUTPUTS))
        planned = limit_memory(memory)
        losses = [update_weights(state, recipe, [batch]).loss for _ in range(2)]
        results.append([*losses, *state.model.parameters()])
        results[-1].append(torch.tensor(list(state.metrics.compute().values())))
        seen.append([i for ids in planned.seen for i in ids])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-6)
    assert seen[0] == seen[1]
    assert state.progress.micro_batch == 2  # 7 did not fit, nor did 4


def test_batch_statistics_and_random_numbers_are_undone_first(
    make_batch: Make,
    make_objective: Make,
    make_state: Make,
    make_recipe: Make,
    limit_memory: Make,
    capsys: pytest.CaptureFixture[str],
) -> None:
    norm = nn.BatchNorm1d(4)
    model = nn.Sequential(norm, nn.Dropout(0.5), nn.Linear(4, NUM_OUTPUTS))
    state, recipe = make_state(model), make_recipe(make_objective())
    limit_memory(4)
    torch.manual_seed(1)
    batch = make_batch(8, 4)
    update_weights(state, recipe, [batch])
    statistics, random = norm.state_dict()["running_mean"].clone(), torch.get_rng_state()
    norm.reset_running_stats()
    torch.manual_seed(1)
    halves = [type(batch)(*(x[:4] for x in batch)), type(batch)(*(x[4:] for x in batch))]
    for half in halves:
        model(half.inputs)
    torch.testing.assert_close(norm.state_dict()["running_mean"], statistics)
    assert torch.get_rng_state().equal(random)
    assert "batch statistics" in capsys.readouterr().out


def test_no_part_is_of_one_sample_where_another_could_have_two(
    make_batch: Make, make_objective: Make, make_state: Make, make_recipe: Make, limit_memory: Make
) -> None:
    model = nn.Sequential(nn.BatchNorm1d(4), nn.Linear(4, NUM_OUTPUTS))
    state, recipe = make_state(model), make_recipe(make_objective())
    seen = limit_memory(4).seen
    for size in (8, 9):
        update_weights(state, recipe, [make_batch(size, 4)])
    assert sorted(map(len, seen)) == [3, 3, 3, 4, 4]
    with pytest.raises(UserError, match=r"choose a larger training\.batch_size"):
        update_weights(state, recipe, [make_batch(1, 4)])


def test_one_sample_that_does_not_fit_ends_the_run(
    make_batch: Make, make_objective: Make, make_state: Make, make_recipe: Make, limit_memory: Make
) -> None:
    limit_memory(0)
    state, recipe = make_state(nn.Linear(4, NUM_OUTPUTS)), make_recipe(make_objective())
    with pytest.raises(GaveUp, match=r"out of memory with one sample: .* data\.input_shape"):
        update_weights(state, recipe, [make_batch(8, 4)])


def test_less_memory_leaves_the_figures_of_an_evaluation(
    make_batch: Make, make_objective: Make, make_recipe: Make, limit_memory: Make
) -> None:
    model, recipe = nn.Linear(4, NUM_OUTPUTS), make_recipe(make_objective())
    batches = [make_batch(8, 4), make_batch(5, 4, seed=1)]
    whole = evaluate(model, recipe, iter(batches))
    seen = limit_memory(3).seen
    assert evaluate(model, recipe, iter(batches)) == pytest.approx(whole, abs=1e-6)
    assert sum(map(len, seen)) == 13
    assert max(map(len, seen)) == 2


def test_less_memory_leaves_the_outputs_of_a_model(make_batch: Make) -> None:
    class Narrow(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            if len(x) > limit:
                raise torch.OutOfMemoryError("planned")
            return super().forward(x)

    model, batches, limit = Narrow(4, NUM_OUTPUTS), [make_batch(8, 4), make_batch(5, 4)], 1000
    whole = infer(model, batches)
    limit = 3
    torch.testing.assert_close(infer(model, batches), whole)


def test_memory_or_disk_that_nothing_can_spare_is_one_line(
    make_config: Callable[..., Config],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail(error: Exception) -> None:
        raise error

    def start(run: str) -> int:
        return in_child(lambda: train(make_config(run), resume=False, overwrite=False))

    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(faults, "plan", lambda name, about: fail(full))
    assert start("disk") == 3
    monkeypatch.setattr(faults, "plan", None)
    short = RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED")
    monkeypatch.setattr(torch.amp.GradScaler, "step", lambda *_: fail(short))
    assert start("memory") == 3
    lines = capfd.readouterr().err.splitlines()
    assert [line for line in lines if line.startswith("error: there is no room left: ")] == lines
    assert len(lines) == 2
