"""What needs a GPU: `pytest -m gpu`."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from built import MODELS, ON_DEVICE
from samples import SHAPE
from short_runs import last

from pkg import training
from pkg.config import Config
from pkg.data.dataloader import get_dataloaders
from pkg.engine import perf
from pkg.engine.loop import update_weights
from pkg.models.model import build_model
from pkg.training import build_recipe, build_state, train

pytestmark = pytest.mark.gpu
CUDA = torch.device("cuda")
Start = Callable[..., Config]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", [None, *ON_DEVICE])  # None: the small model, with batch statistics
def test_a_gpu_is_never_waited_for(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, name: str | None, dtype: torch.dtype
) -> None:
    changes: dict[str, Any] = {}
    if hasattr(make_config("run").data, "input_shape"):  # of images
        changes["input_shape"] = SHAPE
    config = make_config("run", gradient_clipping=1.0, **changes)
    if name:
        settings = MODELS[name]
        monkeypatch.setattr(training, "build_model", lambda *x, **_: build_model(*x, **settings))
    loader, _, _ = get_dataloaders(config.data, batch_size=8, seed=0, device=CUDA)
    state = build_state(config, loader.info, len(loader), CUDA, dtype)
    recipe = build_recipe(config, state, loader.info, CUDA, dtype)
    batches = list(loader.batches())
    update_weights(state, recipe, batches[:2])
    torch.cuda.set_sync_debug_mode("error")
    try:
        for first in range(3):
            update = update_weights(state, recipe, batches[first : first + 2])
    finally:
        torch.cuda.set_sync_debug_mode("default")
    assert all((total / weight).isfinite() for total, weight in update.scalars.values())


def test_a_gpu_reports_its_memory() -> None:
    weights = torch.zeros(1_000_000, device="cuda")
    assert (perf.peak_memory(weights.device) or 0) >= 0.004


def test_a_gpu_resumes_with_the_same_bits_where_asked_to(make_config: Start) -> None:
    changes = {"device": "cuda", "deterministic": True, "mixed_precision": True}
    whole, parts = make_config("whole", **changes), make_config("parts", **changes)
    train(whole, resume=False, overwrite=False)
    train(make_config("parts", **changes, max_training_time_hours=1e-9), False, False)
    assert last(parts)["progress"]["step"] == 1
    train(parts, resume=True, overwrite=False)
    saved = [last(each) for each in (whole, parts)]
    assert saved[0]["progress"]["step"] == saved[1]["progress"]["step"] == 8
    weights = [content["model_state_dict"] for content in saved]
    assert all(weight.isfinite().all() for weight in weights[0].values())
    torch.testing.assert_close(weights[0], weights[1], rtol=0, atol=0)
