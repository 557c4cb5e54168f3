"""Measures a model and its training on this machine: nothing here is guessed."""

import sys
import time
from itertools import chain, count, islice
from pathlib import Path
from statistics import median
from typing import Any

import torch
import torchinfo
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.benchmark import Timer
from torch.utils.flop_counter import FlopCounterMode

from .config import Config
from .data.dataloader import SplitLoader
from .engine import Recipe, TrainState, evaluate, update_weights
from .settings import make_parser, parse
from .training import find_data, prepare


def probe(report: dict[str, Any], path: Path) -> None:
    """Build what the settings in a file describe, with fresh weights; use it, and measure it."""
    arguments, checks = ["--config", str(path)], report["validation"]
    #: if architecture != "custom"
    arguments += ["--model.pretrained", "false", "--model.weights_path", "null"]
    #: endif
    config = find_data(parse(make_parser(Config, ""), Config, arguments)[0])
    checks["model_loads"] = False
    state, recipe, train, val = prepare(config, None, None)
    batch, weights, model = next(train.batches()), list(state.model.parameters()), state.model
    sample = batch.inputs[:1]
    checks |= {"model_loads": True, "forward_pass_works": False}
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        output = model.eval()(sample)  # with gradients and unfused, so that everything is counted
    checks |= {"forward_pass_works": True, "backward_pass_works": False}
    recipe.objective(model.train(), batch)[0].backward()
    grads = [x.grad for x in weights if x.requires_grad]
    checks["backward_pass_works"] = all(x is not None and bool(x.isfinite().all()) for x in grads)
    state.optimizer.zero_grad()
    report["model_architecture"] = {
        "name": getattr(config.model, "backbone", None) or type(model).__name__,
        "path": "{{ package_name }}/models/model.py",
        "num_parameters": sum(x.numel() for x in weights),
        "num_trainable_parameters": sum(x.numel() for x in weights if x.requires_grad),
        "input_shape": list(sample.shape[1:]),
        "output_shape": list(output.shape[1:]),
        "model_summary": str(torchinfo.summary(model, input_data=sample, verbose=0)),
    }
    figures = {"flops": counter.get_total_flops(), **measure(state, recipe, train, val, sample)}
    report["metrics"] |= figures
    limit, latency = config.training.max_inference_time_ms, figures["estimated_inference_time_ms"]
    if limit is not None:
        report["max_inference_time_ms"] = {"limit": limit, "met": latency <= limit}


def measure(
    state: TrainState, recipe: Recipe, train: SplitLoader, val: SplitLoader, sample: Tensor
) -> dict[str, Any]:
    """Return the figures, those of all epochs at the pace of a few updates and a validation."""
    batches = chain.from_iterable(train.batches(epoch) for epoch in count())
    seconds = []
    for _ in range(4):
        started = time.perf_counter()
        loss, *_ = update_weights(state, recipe, list(islice(batches, recipe.accumulation_steps)))
        loss.item()  # waits for the device
        seconds.append(time.perf_counter() - started)
    started = time.perf_counter()
    evaluate(state.model, recipe, val.batches())
    validation = time.perf_counter() - started
    epoch = -(-len(train) // recipe.accumulation_steps) * median(seconds[1:]) + validation
    model, names = state.model, {"model": state.model, "sample": sample}
    timer = Timer("model(sample)", globals=names, num_threads=torch.get_num_threads())
    with torch.inference_mode():
        latency = timer.blocked_autorange(min_run_time=0.5).median
    return {
        "model_size_mb": sum(x.nbytes for x in [*model.parameters(), *model.buffers()]) / 1e6,
        "estimated_training_time_hours": recipe.num_epochs * epoch / 3600,
        "estimated_inference_time_ms": 1000 * latency,
        "memory_usage_gb": peak_memory(sample.device),
    }


def peak_memory(device: torch.device) -> float | None:
    """Return the most gigabytes that were taken so far: of the GPU, or by this process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e9
    if sys.platform == "win32":
        return None
    import resource

    unit = 1e9 if sys.platform == "darwin" else 1e9 / 1024  # bytes there, kilobytes elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
