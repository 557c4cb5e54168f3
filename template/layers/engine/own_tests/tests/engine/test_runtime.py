"""The machine under a run: its seed, and what is compiled."""

import os
from collections.abc import Callable
from typing import Any

import pytest
import torch
from short_runs import log_of
from torch import nn

from pkg.config import Config
from pkg.engine import faults, runtime
from pkg.engine.errors import UserError
from pkg.training import train

Start = Callable[..., Config]


class Block(nn.Module):
    """Two layers, as models repeat them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(width, width), nn.Linear(width, width))


def test_a_seed_can_bind_a_gpu_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    runtime.set_seed(0, deterministic=True)
    assert os.environ.pop("CUBLAS_WORKSPACE_CONFIG") == ":4096:8"


def test_a_device_that_is_not_there_is_named() -> None:
    with pytest.raises(UserError, match=r"training\.device 'abacus' cannot be used: "):
        runtime.choose_device("abacus")
    assert runtime.choose_device("cpu").type == "cpu"


def test_16_bits_are_for_machines_that_gain_by_them() -> None:
    dtype, reason = runtime.choose_precision(torch.device("cpu"), mixed=False)
    assert (dtype, "mixed_precision is false" in reason) == (torch.float32, True)


def test_blocks_that_repeat_are_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[nn.Module] = []
    monkeypatch.setattr(nn.Module, "compile", lambda module: compiled.append(module))
    deep = nn.Sequential(nn.Linear(4, 8), nn.Sequential(*(Block(8) for _ in range(9))))
    runtime.compile_model(deep)
    assert [type(module) for module in compiled] == [Block] * 9
    compiled.clear()
    shallow = nn.Sequential(Block(8), Block(16), nn.Linear(16, 4))  # blocks of their own code each
    runtime.compile_model(shallow)
    assert compiled == [shallow]


def test_the_compiler_is_asked_where_it_pays() -> None:
    device = torch.device("cpu")
    assert runtime.choose_compile(device, True, updates=1)[0]
    assert not runtime.choose_compile(device, False, updates=10**6)[0]
    chosen, reason = runtime.choose_compile(device, "auto", updates=10**6)
    assert (chosen, "GPU" in reason) == (False, True)


def test_a_compiled_model_learns_the_same_and_is_compiled_once(
    make_config: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_module, modules, graphs, counts = nn.Module.compile, [], list[Any](), list[int]()

    def backend(graph: Any, inputs: list[Any]) -> Any:
        graphs.append(graph)
        return graph.forward  # for Python to run: that is quick

    def traced(module: nn.Module) -> None:
        modules.append(module)
        compile_module(module, backend=backend)

    def plan(name: str, about: object) -> None:
        if name == "step":
            counts.append(len(graphs))

    monkeypatch.setattr(nn.Module, "compile", traced)
    monkeypatch.setattr(faults, "plan", plan)
    logs = []
    for choice in (False, True):
        config = make_config(str(choice), compile=choice)
        train(config, resume=False, overwrite=False)
        logs.append([line.get("epoch/train_loss", 0.0) for line in log_of(config)])
    assert len(modules) == 1
    assert logs[0] == pytest.approx(logs[1], rel=1e-5)
    # Neither the last, smaller batch of an epoch nor a validation is compiled anew.
    assert counts[:8] == [0] * 8
    # Where lengths vary, the second one has it compiled again, for all others.
    assert counts[11:] == [len(graphs)] * 5
    assert 0 < len(graphs) <= 2 * counts[8]
