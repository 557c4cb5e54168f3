"""Measures a model and its training on this machine: nothing here is guessed."""

from collections.abc import Callable
from dataclasses import replace
from itertools import chain, count, islice
from typing import Any

import torch
import torchinfo
from torch import Tensor
from torch.utils.benchmark import Timer

from .config import Config
from .data.dataloader import SplitLoader
from .data.fetch import obtain
from .engine.cli import make_parser, parse
from .engine.loop import evaluate, update_weights
from .engine.perf import count_flops, keep_memory, peak_memory
from .engine.state import Recipe, TrainState
from .models.settings import without_weights
from .training import prepare


def probe(report: dict[str, Any], path: str) -> None:
    """Build what the settings in a file describe, with fresh weights; use it, and measure it."""
    checks = report["validation"]
    config, _ = parse(make_parser(Config, ""), Config, ["--config", path])
    config = replace(config, data=obtain(config.data), model=without_weights(config.model))
    checks["model_loads"] = False
    keep_memory()  # as training does
    state, recipe, train, val = prepare(config, None, None)
    batch, model = next(train.batches()), state.model
    sample = batch.inputs[:1]
    checks |= {"model_loads": True, "forward_pass_works": False}
    summary = torchinfo.summary(model, input_data=sample, verbose=0)
    checks |= {"forward_pass_works": True, "backward_pass_works": False}
    state.phases[0].objective(model.train(), batch).total.backward()
    grads = [x.grad for x in model.parameters() if x.requires_grad]
    checks["backward_pass_works"] = all(x is not None and bool(x.isfinite().all()) for x in grads)
    model.zero_grad()
    report["model_architecture"] = {
        "name": getattr(config.model, "backbone", None) or type(model).__name__,
        "path": f"{__package__}/models/model.py",
        "num_parameters": summary.total_params,
        "num_trainable_parameters": summary.trainable_params,
        "input_shape": list(sample.shape[1:]),
        "output_shape": summary.summary_list[0].output_size[1:],
        "model_summary": str(summary),
    }
    report["metrics"] = measure(state, recipe, train, val, sample)
    if limit := config.training.max_inference_time_ms:
        met = report["metrics"]["estimated_inference_time_ms"] <= limit
        report["max_inference_time_ms"] = {"limit": limit, "met": met}


def measure(
    state: TrainState, recipe: Recipe, train: SplitLoader, val: SplitLoader, sample: Tensor
) -> dict[str, float | None]:
    """Return what the model takes; all epochs go at the pace of a few batches."""
    model, steps = state.model, recipe.accumulation_steps
    batches, others = (chain.from_iterable(map(x.batches, count())) for x in (train, val))
    update = seconds(lambda: update_weights(state, recipe, list(islice(batches, steps))))
    validation = seconds(lambda: evaluate(model, recipe, islice(others, 1)))
    epoch = update * len(train) / steps + validation * len(val)
    flops = count_flops(model, recipe.val_objective, train)
    with torch.inference_mode():
        latency = seconds(lambda: model(sample))
    return {
        "model_size_mb": sum(x.nbytes for x in model.state_dict().values()) / 1e6,
        "estimated_training_time_hours": recipe.num_epochs * epoch / 3600,
        "estimated_inference_time_ms": 1000 * latency,
        "memory_usage_gb": peak_memory(sample.device),
        "flops": flops and int(flops),
    }


def seconds(action: Callable[[], object]) -> float:
    """Return how long something takes, the work of a GPU included."""
    timer = Timer("action()", globals={"action": action}, num_threads=torch.get_num_threads())
    return timer.blocked_autorange(min_run_time=0.5).median
