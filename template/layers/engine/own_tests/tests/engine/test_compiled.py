"""Partial batches and validation make nothing compile or tune anew."""

from typing import Any

import pytest
import torch
from plain import NUM_OUTPUTS, make_batch, plain_recipe, plain_state
from torch import nn

from pkg.engine.loop import evaluate, update_weights
from pkg.engine.runtime import kernels_for


def test_an_epoch_with_a_rest_and_a_validation_compiles_once() -> None:
    graphs: list[int] = []

    def backend(graph: Any, inputs: Any) -> Any:
        graphs.append(len(inputs))
        return graph.forward

    torch._dynamo.reset()
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, NUM_OUTPUTS))
    model.compile(backend=backend)
    state = plain_state(model)
    recipe = plain_recipe(usual_size=8, compiled=True)
    for size in (8, 8, 5, 8, 3):
        update_weights(state, recipe, [make_batch(size, 4)])
    assert len(graphs) == 1
    with_rest = evaluate(model, recipe, iter([make_batch(8, 4), make_batch(5, 4)]))
    assert len(graphs) == 1
    assert with_rest["accuracy"] >= 0
    state.progress.micro_batch = 4  # parts of another size, all alike
    for size in (8, 8, 5):
        update_weights(state, recipe, [make_batch(size, 4)])
    assert len(graphs) == 2
    torch._dynamo.reset()


@pytest.mark.parametrize(
    ("size", "micro_batch", "tuned"),
    [(8, None, True), (5, None, False), (3, 3, True), (2, 3, True), (4, 4, True), (1, 4, False)],
)
def test_kernels_are_tuned_for_full_batches_alone(
    monkeypatch: pytest.MonkeyPatch, size: int, micro_batch: int | None, tuned: bool
) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "benchmark", True)
    with kernels_for(size, 8, compiled=False, micro_batch=micro_batch, training=True):
        assert torch.backends.cudnn.benchmark is tuned
    assert torch.backends.cudnn.benchmark is True
