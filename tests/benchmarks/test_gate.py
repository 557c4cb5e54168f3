import os
import time
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
import torch

from benchmarks import gate
from benchmarks.apart import apart
from benchmarks.contenders.hand import Hand
from benchmarks.contenders.ours import Ours
from benchmarks.contenders.plain import PlainLoop
from benchmarks.counts import count
from benchmarks.job import Contender, Entry, Job, Timing, make_job
from benchmarks.projects import Prepared, Project
from benchmarks.regimes import find
from benchmarks.rounds import FEWEST, measure, warm_up
from benchmarks.screen import screen
from benchmarks.sources import Gathered, Pair
from tools.render import Render

Contenders = dict[str, Contender]
STEPS = 20
MOST_OPERATIONS = 1.25  # as many as by hand; an MLP, where few are arithmetic


@pytest.fixture(scope="module")
def project(make: Render, tmp_path_factory: pytest.TempPathFactory) -> Project:
    regime = find("mlp")
    folder = make(tmp_path_factory.mktemp("mlp") / "mlp", task="classification", **regime.answers)
    project = Project(regime, folder)
    project.fetch()
    return project


@pytest.fixture
def job(project: Project, tmp_path: Path) -> Job:
    torch.set_num_threads(1)
    prepared: Prepared = project.prepare(project.configure(tmp_path / "job", True, "cpu"))
    return Job(project, prepared, tmp_path, torch.device("cpu"), STEPS, plain=True)


class Lazy(Hand):
    """Leaves out one update."""

    def update(self, batch: Pair) -> torch.Tensor:
        if self.step == 3:
            self.step += 1
            return torch.zeros(())
        return super().update(batch)


class Repeating(Hand):
    """Trains on its first batch again, which a cache would have."""

    def run(self, epoch: int) -> Timing:
        start = self.batches.start

        def same(epoch: int) -> None:
            start(epoch)
            self.batches.chunks[5] = self.batches.chunks[0]

        self.batches.start = same  # type: ignore[method-assign]
        return super().run(epoch)


class Rounded(Hand):
    """Keeps its weights in fewer bits."""

    def update(self, batch: Pair) -> torch.Tensor:
        loss = super().update(batch)
        with torch.no_grad():
            for weight in self.model.parameters():
                weight.copy_(weight.bfloat16())
        return loss


class Halved(Hand):
    """Computes in 16 bits."""

    def update(self, batch: Pair) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return super().update(batch)


def test_honest_contenders_pass(job: Job) -> None:
    entries = [Entry("ours", Ours, ""), Entry("hand", Hand, ""), Entry("plain", PlainLoop, "")]
    with screen():
        found = gate.check(job, entries)
    assert max(found.values()) < find("mlp").tolerance


@pytest.mark.parametrize("cheat", [Lazy, Repeating, Rounded, Halved])
def test_a_cheat_is_refused(job: Job, cheat: type[Hand]) -> None:
    with screen(), pytest.raises(gate.GateError, match="cheat does other work"):
        gate.check(job, [Entry("cheat", cheat, "")])


def test_a_counter_that_differs_is_refused() -> None:
    state = {"weight": torch.zeros(2), "batches": torch.tensor(3)}
    moved = {"weight": torch.ones(2), "batches": torch.tensor(3)}
    assert gate.distance(moved, moved, state) == 0
    assert gate.distance(moved | {"batches": torch.tensor(2)}, moved, state) == float("inf")
    assert gate.distance({"weight": torch.ones(2)}, moved, state) == float("inf")


def test_nans_do_not_pass(job: Job) -> None:
    class Broken(Hand):
        def weights(self) -> dict[str, torch.Tensor]:
            return {name: value * float("nan") for name, value in super().weights().items()}

    with screen(), pytest.raises(gate.GateError):
        gate.check(job, [Entry("broken", Broken, "")])


def test_batches_are_those_of_the_project(job: Job) -> None:
    batches = Gathered(job)
    batches.start(1)
    theirs = job.prepared.train.batches(1, 0)
    pairs = list(islice(zip(batches, theirs, strict=False), STEPS))  # one may be without an end
    assert len(pairs) == STEPS
    for mine, their in pairs:
        assert torch.equal(mine.inputs, their.inputs)
        assert torch.equal(mine.targets, their.targets)


def test_rounds_and_counts(job: Job) -> None:
    with screen():
        contenders: Contenders = {"hand": Hand(job, "hand"), "plain": PlainLoop(job, "plain")}
        first = warm_up(contenders)
        timings = measure(contenders, rounds=2)
        counts = count(job, contenders, 3)
    assert all(0 < each.first < each.whole for each in first.values())
    assert [len(each) for each in timings.values()] == [2, 2]
    assert all(0 < t.steady <= t.whole and t.wait < t.steady for t in timings["plain"])
    assert counts["hand"]["reads"] == 0.1  # one log point every ten steps
    assert counts["plain"]["reads"] >= 2  # loss and hits, every step


def test_rounds_end_when_time_is_over(job: Job) -> None:
    with screen():
        timings = measure({"hand": Hand(job, "hand")}, rounds=9, deadline=time.perf_counter())
    assert len(timings["hand"]) == FEWEST


def test_the_project_needs_hardly_more_operations_than_a_loop_by_hand(job: Job) -> None:
    contenders: Contenders = {"hand": Hand(job, "hand"), "project": Ours(job, "project")}
    with screen():
        warm_up(contenders)
        counts = count(job, contenders, 1)
    most = MOST_OPERATIONS * counts["hand"]["operations"]
    assert counts["project"]["operations"] <= most
    assert counts["project"]["reads"] <= 0.5  # at one log point every ten steps


def test_contenders_run_apart(project: Project, tmp_path: Path) -> None:
    entries = [Entry("hand", Hand, "by hand"), Entry("project", Ours, "its own loop")]
    with apart(
        entries, partial(make_job, find("mlp"), project.folder, True), tmp_path
    ) as elsewhere:
        timings = measure(elsewhere, rounds=2)
        threads = {name: contender.choose_threads() for name, contender in elsewhere.items()}
        processes = {contender.process.pid for contender in elsewhere.values()}
    assert len({*processes, os.getpid()}) == 3
    assert {*threads.values()} <= {1, torch.get_num_threads(), os.cpu_count()}
    assert all(0 < t.steady <= t.whole for each in timings.values() for t in each)
    assert not any(contender.process.is_alive() for contender in elsewhere.values())
