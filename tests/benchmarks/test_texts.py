"""Benchmarks of texts: the loop by hand does the project's work, and buckets are measured."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch

from benchmarks import gate
from benchmarks.buckets import LENGTH, padded, useful
from benchmarks.contenders.hand_text import HandText, WithLibrary
from benchmarks.entries import entries_here
from benchmarks.job import Entry, Job, make_job
from benchmarks.names import AGAIN, HAND, LIBRARY, OURS
from benchmarks.projects import Project
from benchmarks.regimes import find
from benchmarks.screen import screen
from benchmarks.sources import Pair, loss_of
from benchmarks.targets import judge
from tools.render import Render


@pytest.fixture(scope="module")
def job(make: Render, tmp_path_factory: pytest.TempPathFactory) -> Job:
    torch.set_num_threads(1)
    regime = find("gpt")
    folder = tmp_path_factory.mktemp("gpt")
    project = make(folder / "gpt", project_name="gpt", **regime.answers)
    Project(regime, project).fetch()
    return make_job(regime, project, True, folder / "job")


class Batch(NamedTuple):
    """Texts."""

    inputs: torch.Tensor


class Shifted(HandText):
    """Predicts a token that it has seen."""

    def update(self, batch: Pair) -> torch.Tensor:
        return super().update(Pair(batch.inputs, batch.inputs))


def test_loops_on_texts_do_the_same_work(job: Job, tmp_path: Path) -> None:
    wrong = Entry("shifted", Shifted, "")
    with screen():
        found = gate.check(replace(job, folder=tmp_path / "right"), entries_here(find("gpt")))
        with pytest.raises(gate.GateError, match="shifted does other work"):
            gate.check(replace(job, folder=tmp_path / "wrong"), [wrong])
    assert found.keys() == {HAND[0], OURS, AGAIN}  # the model of the library is another one
    assert max(found.values()) < 1e-4


def test_the_library_s_model_is_of_equal_size(job: Job, tmp_path: Path) -> None:
    with screen():
        other = WithLibrary(replace(job, folder=tmp_path), "library")
        other.run(0)
    _, length = job.prepared.train.info.input_shape
    width = job.prepared.config.model.hidden_dim
    sizes = [sum(x.numel() for x in model.parameters()) for model in (other.model, job.new_model())]
    assert sizes[0] - sizes[1] == length * width  # its learned positions; ours are rotary


def test_a_target_of_none_does_not_count() -> None:
    logits = torch.tensor([[[1.0, 2.0], [3.0, 0.0], [0.0, 9.0]]])
    targets = torch.tensor([[1, 0, -1]])
    expected = -(logits[0, 0].log_softmax(0)[1] + logits[0, 1].log_softmax(0)[0]) / 2
    torch.testing.assert_close(loss_of(logits, targets), expected)


def test_targets_of_texts_are_judged() -> None:
    draw = random.Random(1)
    moments = [draw.uniform(1, 3) for _ in range(25)]
    names = {HAND[0]: 1.0, LIBRARY: 1.2, OURS: 1.03, AGAIN: 1.03}
    steady = {
        name: {"steady": [each * x * draw.uniform(0.999, 1.001) for x in moments]}
        for name, each in names.items()
    }
    found: dict[str, Any] = {"timings": steady, "steps": 10, "data_wait": 0.0}
    met = {target.text: target.met for target in judge(find("gpt"), found)}
    assert met == {
        "gpt: no bias (the project beside itself: a median within 2 %)": True,
        "gpt: at most 2 % or 50 µs a step over hand": False,
        "gpt: faster than the model of transformers, of equal size, in the loop by hand": True,
        "gpt: waits at most 2% of its time for data": True,
    }


def test_padding_is_of_no_use() -> None:
    batch = Batch(torch.tensor([[1, 2, -1], [3, 4, 5]]))
    assert useful([batch]) == pytest.approx(5 / 6)
    wide = padded(batch)
    assert wide.inputs.shape == (2, LENGTH)
    assert wide.inputs[:, :3].equal(batch.inputs)
    assert useful([wide]) == pytest.approx(5 / (2 * LENGTH))
