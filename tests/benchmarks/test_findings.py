"""What the first run on a GPU showed, in tests that need none.

How long workers keep a GPU waiting is measured where there is one (`resnet50 streamed` in
`tests/gpu.py`); here it is seen that they are as many as the machine lends.
"""

import os
import subprocess
import sys
from functools import partial, partialmethod
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from benchmarks.gpu.cases import PHOTOS
from benchmarks.projects import Project
from benchmarks.regimes import find
from tools.render import Render

BATCH, SAMPLES = 32, 70  # of each split: the last batch has 6


@pytest.fixture(scope="module")
def project(make: Render, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_project(make, tmp_path_factory, "lone")


@pytest.fixture(scope="module")
def averaging(make: Render, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_project(make, tmp_path_factory, "averaging", ema=True)


def make_project(
    make: Render, tmp_path_factory: pytest.TempPathFactory, name: str, **answers: Any
) -> Project:
    """Make the MLP's project under another name."""
    regime = find("mlp")._replace(name=name)
    answers |= {"task": "classification", "project_name": name, **regime.answers}
    project = Project(regime, make(tmp_path_factory.mktemp(name) / name, **answers))
    project.fetch()
    return project


def with_settings(project: Project, **settings: Any) -> Project:
    """Return the project, set otherwise."""
    changed = {**project.regime.settings, **settings}
    return Project(project.regime._replace(settings=changed), project.folder)


@pytest.mark.parametrize("dynamic", [None, False])
def test_partial_batches_and_validation_do_not_compile_anew(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dynamic: bool | None
) -> None:
    graphs: list[Any] = []

    def count(graph: Any, inputs: list[Any]) -> Any:
        graphs.append(graph)
        return graph.forward

    torch._dynamo.reset()
    compiling = partialmethod(nn.Module.compile, backend=count, dynamic=dynamic)
    monkeypatch.setattr(nn.Module, "compile", compiling)
    few = {"data.max_samples": SAMPLES, "training.batch_size": BATCH, "training.num_epochs": 2}
    plots = {"experiment.plot_frequency": 1, "training.compile": "true"}
    project = with_settings(project, **few, **plots)
    prepared = project.prepare(project.configure(tmp_path, False, "cpu"))
    run = project.open_run(prepared)
    project.fit(prepared, prepared.train, run, 0)
    run.close()
    assert prepared.state.progress.epoch == 2
    assert len(graphs) == 1  # full training batches; all else runs as it is


class Travels(TorchDispatchMode):
    """Notes operations between devices: on a GPU each of them waits, or makes others wait."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.seen: list[str] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        before, after = (devices(each) for each in ((args, kwargs), result))
        if before and after and before != after:
            self.seen.append(func.name())
        return result


def devices(nest: Any) -> set[str]:
    """Return the kinds of devices that tensors lie on."""
    return {leaf.device.type for leaf in tree_leaves(nest) if isinstance(leaf, Tensor)}


def updates_on_meta(project: Project, folder: Path, average: Any = None) -> list[str]:
    """Move weights three times on a device that cannot be read; return what went between devices.

    Reading a number there raises an error.
    """
    config = project.configure(folder, False, "cpu")
    prepared, training = project.prepare(config), project.module("training")
    device, info = torch.device("meta"), prepared.train.info
    state = training.build_state(config, info, 10, device, torch.float32)
    recipe = training.build_recipe(config, state, info, device, torch.float32)
    if average:
        state.ema = average(state.model)
    batch = next(iter(prepared.train.batches(0, prepared.train.start))).to(device)
    travels = Travels()
    with travels:
        for _ in range(3):
            project.module("engine.loop").update_weights(state, recipe, [batch])
    return travels.seen


@pytest.mark.parametrize("clipping", ["null", "1.0"])
def test_an_update_with_an_average_neither_reads_nor_copies(
    averaging: Project, tmp_path: Path, clipping: str
) -> None:
    clipped = with_settings(averaging, **{"training.gradient_clipping": clipping})
    assert updates_on_meta(clipped, tmp_path) == []


def test_the_average_of_torch_would_have_been_seen(averaging: Project, tmp_path: Path) -> None:
    seen = updates_on_meta(averaging, tmp_path, AveragedModel)
    assert len(seen) >= 2  # `n_averaged` moves to the device at each step


def test_whoever_asks_for_tf32_in_either_way_gets_an_answer(project: Project) -> None:
    asked = "(torch.backends.cuda.matmul.allow_tf32, torch.get_float32_matmul_precision(), "
    asked += "torch.backends.cuda.matmul.fp32_precision, torch.backends.cudnn.allow_tf32)"
    answers = []
    for deterministic in (False, True):
        program = f"from lone.engine.runtime import set_seed; set_seed(0, {deterministic}); "
        program += f"import torch; print({asked})"
        answers.append(run_python(program, project.folder))
    assert answers == ["(True, 'high', 'tf32', True)", "(False, 'highest', 'ieee', False)"]
    program = f"from benchmarks.precision import allow_tf32; allow_tf32(); import torch; {asked}"
    run_python(program, Path(__file__).parents[2])


def run_python(program: str, folder: Path) -> str:
    """Run a program in a folder; return what it prints."""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_workers_are_as_many_as_the_cores_less_one_for_the_loop(
    make: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make(tmp_path / "streams", task="classification", project_name="streams")
    workers = Project(PHOTOS._replace(name="streams"), folder).module("engine.data.workers")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    monkeypatch.setattr(
        workers, "available_cores", partial(workers.available_cores, *[tmp_path] * 2)
    )
    assert workers.choose_workers()[0] == 15
