"""Measures a model and its training on this machine: nothing here is guessed."""

import sys
import time
from copy import deepcopy
{% if remote %}
from dataclasses import replace
{% endif %}
from itertools import chain, count, islice
from pathlib import Path
from statistics import median
from typing import Any

import torch
import torchinfo
from torch.utils.benchmark import Timer
from torch.utils.flop_counter import FlopCounterMode

from .config import Config
from .data.dataloader import SplitLoader, get_dataloaders
#: if remote
from .data.download import download
#: endif
from .engine import Recipe, TrainState, evaluate, update_weights
from .runtime import choose_device, choose_precision
from .settings import make_parser, parse
from .training import build_recipe, build_state


def probe(report: dict[str, Any], path: Path) -> None:
    """Build what the settings in a file describe, with fresh weights; use it, and measure it."""
    arguments, checks = ["--config", str(path)], report["validation"]
    #: if architecture != "custom"
    arguments += ["--model.pretrained", "false", "--model.weights_path", "null"]
    #: endif
    config, _ = parse(make_parser(Config, ""), Config, arguments)
    #: if remote
    if "://" in config.data.dataset_path:
        source = download(config.data.dataset_path, Path("data"))
        config = replace(config, data=replace(config.data, dataset_path=str(source)))
    #: endif
    settings, device = config.training, choose_device(config.training.device)
    dtype, _ = choose_precision(device, settings.mixed_precision)
    train, val, _ = get_dataloaders(
        config.data, batch_size=settings.batch_size, seed=settings.seed, device=device
    )
    checks["model_loads"] = False
    state = build_state(config, train.info, len(train), device, dtype)
    checks["model_loads"], checks["forward_pass_works"] = True, False
    model, recipe = state.model.eval(), build_recipe(config, train.info, device, dtype)
    batch = next(train.batches())
    sample, weights = batch.inputs[:1], list(model.parameters())
    with torch.inference_mode():
        output = model(sample)
    report["model_architecture"] = {
        "name": getattr(config.model, "backbone", "") or type(model).__name__,
        "path": "{{ package_name }}/models/model.py",
        "num_parameters": sum(x.numel() for x in weights),
        "num_trainable_parameters": sum(x.numel() for x in weights if x.requires_grad),
        "input_shape": list(sample.shape[1:]),
        "output_shape": list(output.shape[1:]),
        "model_summary": str(torchinfo.summary(model, input_data=sample, verbose=0)),
    }
    checks["forward_pass_works"], checks["backward_pass_works"] = True, False
    recipe.objective(model.train(), batch)[0].backward()
    grads = [x.grad for x in weights if x.requires_grad]
    checks["backward_pass_works"] = all(x is not None and bool(x.isfinite().all()) for x in grads)
    state.optimizer.zero_grad()
    report["metrics"] = measure(state, recipe, train, val, sample)
    limit = settings.max_inference_time_ms
    if limit is not None:
        met = report["metrics"]["estimated_inference_time_ms"] <= limit
        report["max_inference_time_ms"] = {"limit": limit, "met": met}


def measure(
    state: TrainState, recipe: Recipe, train: SplitLoader, val: SplitLoader, sample: torch.Tensor
) -> dict[str, Any]:
    """Return the figures, those of all epochs at the pace of a few updates and a validation."""
    batches = chain.from_iterable(train.batches(epoch) for epoch in count())
    seconds = []
    for _ in range(4):
        started = time.perf_counter()
        loss, _ = update_weights(state, recipe, list(islice(batches, recipe.accumulation_steps)))
        loss.item()  # waits for the device
        seconds.append(time.perf_counter() - started)
    started = time.perf_counter()
    evaluate(state.model, recipe, val.batches(), state.metrics)
    epoch = -(-len(train) // recipe.accumulation_steps) * median(seconds[1:])
    epoch += time.perf_counter() - started
    model = state.model.eval()
    names, threads = {"model": model, "sample": sample}, torch.get_num_threads()
    timer = Timer("model(sample)", globals=names, num_threads=threads)
    torch.backends.mha.set_fastpath_enabled(False)  # fused attention hides what it computes
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        deepcopy(model).to("meta")(sample.to("meta"))
    torch.backends.mha.set_fastpath_enabled(True)
    with torch.inference_mode():
        latency = timer.blocked_autorange(min_run_time=0.5).median
    return {
        "model_size_mb": sum(x.nbytes for x in [*model.parameters(), *model.buffers()]) / 1e6,
        "estimated_training_time_hours": recipe.num_epochs * epoch / 3600,
        "estimated_inference_time_ms": 1000 * latency,
        "memory_usage_gb": peak_memory(sample.device),
        "flops": counter.get_total_flops(),
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
