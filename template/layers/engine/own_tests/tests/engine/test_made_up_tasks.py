"""Tasks that no project has yet survive what the engine survives, with nothing but the engine."""

import gc
import json
import signal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from building import make_recipe, make_state, scalars_of
from interruptions import outcome, until
from made_up import TASKS
from made_up.stream import write_lines
from made_up.task import Task
from made_up.tokens import TOKENS, VOCABULARY
from made_up_runs import train
from torch import Tensor

from pkg.engine import faults
from pkg.engine.callbacks import improvement
from pkg.engine.checkpoint import LAST, capture, load, restore
from pkg.engine.errors import UserError
from pkg.engine.loop import evaluate, update_weights
from pkg.engine.state import TrainState

EVERY = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)


@pytest.fixture(autouse=True)
def _lines(_leave_no_trace: None) -> None:
    """Write the files that the stream reads."""
    write_lines(Path("lines"))


def log_of(run: str) -> list[dict[str, Any]]:
    """Return the lines of the log of a run."""
    return [json.loads(line) for line in Path(run, "checkpoints/metrics.jsonl").open()]


def build(task: Task) -> TrainState:
    """Make the state of a training, without dropout."""
    torch.manual_seed(0)
    model = task.model(0.0)
    return make_state(model, task.metrics(), *task.build_phases(model))


def batches_of(task: Task, count: int) -> list[Any]:
    """Return the first batches of the second epoch."""
    loader, _ = task.loaders(Path("lines"))
    return [batch for batch, _ in zip(loader.batches(1, loader.start), range(count), strict=False)]


@EVERY
@pytest.mark.parametrize("step", [1, 3, 4, 5])
def test_killed_and_resumed_is_the_same_run(task: Task, step: int) -> None:
    train(task, "whole")
    assert until(step, partial(train, task, "killed")) == -signal.SIGKILL
    train(task, "killed", resume=True)
    assert outcome("killed/checkpoints") == outcome("whole/checkpoints")


@EVERY
def test_a_checkpoint_in_memory_goes_on_to_the_same_bits(task: Task) -> None:
    recipe, batches = make_recipe(task.val_objective, task.metrics()), batches_of(task, 4)
    whole = build(task)
    for batch in batches:
        update_weights(whole, recipe, [batch])
    half = build(task)
    for batch in batches[:2]:
        update_weights(half, recipe, [batch])
    saved, other = capture(half), build(task)
    torch.manual_seed(1)
    restore(other, saved)
    for batch in batches[2:]:
        update_weights(other, recipe, [batch])
    one, two = (capture(state) for state in (whole, other))
    for name in (name for name in one if name.endswith("_state_dict")):
        torch.testing.assert_close(one[name], two[name], rtol=0, atol=0)
    assert one["progress"] == two["progress"]


class Memory:
    """A plan: memory for so many samples at once, in training or in validation."""

    def __init__(self, samples: int) -> None:
        self.samples = samples
        self.seen: list[list[int]] = []  # the samples of each pass through the model

    def __call__(self, name: str, about: Any) -> None:
        if name == "forward":
            if about.size > self.samples:
                raise torch.OutOfMemoryError("planned")
            self.seen.append(about.ids.tolist())


@EVERY
@pytest.mark.parametrize("samples", [1, 3])
def test_less_memory_sees_the_same_samples_and_learns_the_same(
    task: Task, samples: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, batches = make_recipe(task.val_objective, task.metrics()), batches_of(task, 4)
    results, seen = [], []
    for memory in (1000, samples):
        plan, state = Memory(memory), build(task)
        monkeypatch.setattr(faults, "plan", plan)
        updates = [scalars_of(update_weights(state, recipe, [batch])) for batch in batches]
        results.append([value for found in updates for value in found.values()])
        results[-1] += [*state.model.parameters(), state.metrics.state_dict()["sums"]]
        seen.append(sorted(number for ids in plan.seen for number in ids))
    assert seen[0] == seen[1]
    assert len(seen[0]) == 30 * len(task.phases)
    assert state.progress.micro_batch == {1: 1, 3: 2}[samples]
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-6)


@EVERY
def test_less_memory_in_validation_leaves_the_metrics(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe, model = make_recipe(task.val_objective, task.metrics()), task.model(0.0)
    _, loader = task.loaders(Path("lines"))
    whole = evaluate(model, recipe, loader.batches(0, loader.start))
    monkeypatch.setattr(faults, "plan", plan := Memory(3))
    parts = evaluate(model, recipe, loader.batches(0, loader.start))
    assert parts == pytest.approx(whole, abs=1e-6)
    assert sorted(number for ids in plan.seen for number in ids) == list(range(30, 40))
    assert whole.keys() <= task.metrics().higher_is_better.keys()


@EVERY
def test_batches_that_add_up_are_one_update(task: Task) -> None:
    recipe, results = make_recipe(task.val_objective, task.metrics()), []
    [batch] = batches_of(task, 1)
    for parts in ([batch], [batch.cut(0, 3), batch.cut(3, 8)]):
        state = build(task)
        found = scalars_of(update_weights(state, recipe, parts))
        results.append([*found.values(), *state.model.parameters()])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-6)


def live_logits() -> int:
    """Count the logits [B, T, V] that somebody holds on to."""
    found = (each for each in gc.get_objects() if issubclass(type(each), Tensor))
    return sum(each.ndim == 3 and each.shape[-1] == VOCABULARY for each in found)


@pytest.mark.parametrize("micro_batch", [None, 2])
def test_no_logits_are_kept_from_one_part_to_the_next(
    micro_batch: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: list[int] = []

    def plan(name: str, about: Any) -> None:
        if name == "forward":
            alive.append(live_logits())

    batches, state = batches_of(TOKENS, 4), build(TOKENS)
    state.progress.micro_batch = micro_batch
    recipe = make_recipe(TOKENS.val_objective, TOKENS.metrics())
    monkeypatch.setattr(faults, "plan", plan)
    update_weights(state, recipe, batches)
    assert alive == [0] * (15 if micro_batch else 4)  # before each pass: so there is one at most
    assert live_logits() == 0
    alive.clear()
    evaluate(state.model, recipe, iter(batches))
    assert alive == [0] * 4


def test_logits_that_are_kept_would_be_counted() -> None:
    kept = TOKENS.model(0.0)(torch.ones(2, 3, dtype=torch.int64))
    assert live_logits() == 1
    assert kept.shape == (2, 3, VOCABULARY)


def test_weights_are_those_of_the_task() -> None:
    batches, state = batches_of(TOKENS, 4), build(TOKENS)
    update_weights(state, make_recipe(TOKENS.val_objective, TOKENS.metrics()), batches)
    counted = sum(int((batch.tokens[:, 1:] != 0).sum()) for batch in batches)
    assert float(state.metrics.state_dict()["sums"][1, 0]) == counted != 30


@EVERY
def test_what_is_logged_has_the_names_of_the_task(task: Task) -> None:
    train(task, "run")
    updates = [line for line in log_of("run") if "epoch/learning_rate" not in line]
    epochs = [line for line in log_of("run") if "epoch/learning_rate" in line]
    assert len(epochs) == 2
    named = {tag.split("/")[1] for line in updates for tag in line if tag.startswith("train/")}
    if len(task.phases) > 1:
        expected = {"discriminator_loss", "discriminator_real", "generator_fooled"}
        assert expected | {f"{name}_learning_rate" for name in task.phases} <= named
    else:
        assert {"loss", "gradient_norm", "learning_rate"} <= named
    assert f"epoch/{task.monitor}" in epochs[0]
    assert not any("accuracy" in tag for line in log_of("run") for tag in line)
    saved = load(Path("run/checkpoints", LAST))
    assert f"val_{task.metrics().primary}" in saved
    has_loss = task.name not in ("boxes", "gan")
    assert ("val_loss" in saved) is has_loss
    assert ("epoch/val_loss" in epochs[0]) is has_loss


def test_epochs_of_a_stream_have_their_number_of_updates() -> None:
    [stream] = [task for task in TASKS if task.updates_per_epoch]
    train(stream, "run", num_epochs=3)
    steps = [line["step"] for line in log_of("run")]
    assert steps == [1, 2, 3, 0, 4, 5, 6, 1, 7, 8, 9, 2]
    progress = load(Path("run/checkpoints", LAST))["progress"]
    assert (progress["passes"], progress["position"]) == (2, (0, 8))  # four batches a pass


@EVERY
def test_the_best_is_what_the_task_calls_better(
    task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = task.monitor.removeprefix("val_")
    higher = task.metrics().higher_is_better[name]
    values = iter([2.0, 3.0, 1.0])
    metrics = type(task.metrics())
    compute = metrics.compute

    def planned(self: Any) -> dict[str, float]:
        found = compute(self)
        return {**found, name: next(values)} if not torch.is_grad_enabled() else found

    monkeypatch.setattr(metrics, "compute", planned)
    train(task, "run", num_epochs=3)
    progress = load(Path("run/checkpoints", LAST))["progress"]
    assert (progress["best"], progress["best_epoch"]) == ((3.0, 2) if higher else (1.0, 3))


def test_no_name_decides_what_is_better() -> None:
    assert improvement(2.0, 1.0, higher_is_better=True) == 1.0
    assert improvement(2.0, 1.0, higher_is_better=False) == -1.0


#: if distributed
@EVERY
def test_two_ranks_make_the_run_of_one(task: Task) -> None:
    from ranks import in_ranks

    train(task, "one", dropout=0.0)
    assert in_ranks(2, partial(train, task, "two", dropout=0.0)) == [0, 0]
    one, two = (load(Path(run, "checkpoints", LAST)) for run in ("one", "two"))
    weights = [saved["model_state_dict"] for saved in (one, two)]
    torch.testing.assert_close(*weights, rtol=1e-5, atol=1e-5)
    for name in ("epoch", "step", "passes", "position", "best_epoch"):
        assert one["progress"][name] == two["progress"][name], name
    for here, there in zip(log_of("one"), log_of("two"), strict=True):
        for line in (here, there):
            [line.pop(tag) for tag in [*line] if tag.startswith("perf/")]
        assert here == pytest.approx(there, rel=1e-4, abs=1e-4)


@EVERY
def test_two_ranks_are_killed_and_resumed_to_the_same_bits(task: Task) -> None:
    import os

    from ranks import in_ranks

    def strike(rank: int, name: str, about: Any) -> None:
        if (rank, name, about) == (1, "step", 4):
            os.kill(os.getpid(), signal.SIGKILL)

    assert in_ranks(2, partial(train, task, "whole")) == [0, 0]
    codes = in_ranks(2, partial(train, task, "killed"), strike)
    assert (codes[1], codes[0] != 0) == (-signal.SIGKILL, True)
    assert in_ranks(2, partial(train, task, "killed", resume=True)) == [0, 0]
    assert outcome("killed/checkpoints") == outcome("whole/checkpoints")


@EVERY
def test_two_ranks_split_their_batches_together(task: Task) -> None:
    from ranks import in_ranks

    def strike(rank: int, name: str, about: Any) -> None:
        trains = name == "forward" and torch.is_grad_enabled()
        if trains and rank == 1 and about.size > 2:
            raise torch.OutOfMemoryError("planned")

    assert in_ranks(2, partial(train, task, "whole", dropout=0.0)) == [0, 0]
    codes = in_ranks(2, partial(train, task, "cut", dropout=0.0), strike)
    assert (codes[1], codes[0] != 0) == (3, True)
    again = partial(train, task, "cut", dropout=0.0, resume=True)
    assert in_ranks(2, again, strike) == [0, 0]
    one, two = (load(Path(run, "checkpoints", LAST)) for run in ("whole", "cut"))
    weights = [saved["model_state_dict"] for saved in (one, two)]
    torch.testing.assert_close(*weights, rtol=1e-6, atol=1e-6)


#: endif
def test_a_monitor_that_the_task_does_not_have_is_refused_by_name() -> None:
    [boxes] = [task for task in TASKS if task.name == "boxes"]
    with pytest.raises(UserError, match=r"training\.monitor 'val_mae' is none of .*val_hits"):
        train(boxes, "run", monitor="val_mae")
