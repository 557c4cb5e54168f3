"""What a project must do with its real model and the smoke settings: `cell_checks.py` calls it.

It runs in the folder of a project that was made with `distributed`, whose package is `cell`, with
that folder and its tests on PYTHONPATH. It prints one line of JSON: each check with what it found,
null where it failed.
"""

import json
import math
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from cell import training
from cell.config import Config
from cell.engine.cli import make_parser, parse
from cell.engine.settings import ExperimentSettings
from cell.task.metrics import Metrics
from interruptions import MOMENT, outcome, until
from ranks import in_ranks
from short_runs import last, log_of
from torch import nn

BATCH_NORM = nn.modules.batchnorm._BatchNorm
build = training.build_model


def settings(run: str, *flags: str) -> Config:
    """Return the smoke settings on the CPU, for a run in a folder of its own."""
    own = ["--training.device", "cpu", "--training.mixed_precision", "false"]
    own += ["--experiment.checkpoint_dir", run, "--experiment.save_every_minutes", str(MOMENT)]
    own += ["--experiment.log_every", "1"]
    if hasattr(ExperimentSettings(), "tensorboard_log_dir"):
        own += ["--experiment.tensorboard_log_dir", f"{run}-logs"]
    parser = make_parser(Config, "")
    config, _ = parse(parser, Config, ["--config", "configs/smoke.yaml", *own, *flags])
    return config


def quiet(model: Any) -> Any:
    """Let no sample of a model depend on chance or on its batch."""
    for module in model.modules():
        for name, value in vars(module).items():
            if "drop" in name and isinstance(value, float):
                setattr(module, name, 0.0)
        if isinstance(module, nn.Dropout):
            module.p = 0.0
        if hasattr(getattr(module, "config", None), "num_denoising"):  # of RT-DETR: noise that
            module.config.num_denoising = 0  # depends on the image with the most objects
        if isinstance(module, BATCH_NORM):
            module.eval()
            vars(module)["train"] = partial(stay, module)
    return model


def stay(module: nn.Module, mode: bool = True) -> nn.Module:
    """Leave a module as it is, whatever mode is asked for."""
    return module


def smoke() -> str:
    """Train as configs/smoke.yaml says."""
    training.train(settings("whole"), resume=False, overwrite=False)
    saved = last(settings("whole"))
    values = {key: value for key, value in saved.items() if key.startswith("val_")}
    primary = f"val_{Metrics.primary}"  # others may have nothing to measure, such as large objects
    assert math.isfinite(values[primary]), values
    assert math.isfinite(values.get("val_loss", 0.0)), values
    return f"{saved['progress']['step']} updates"


def resume() -> str:
    """Kill a run within an epoch; what is resumed must leave the same bits."""
    whole, killed = settings("whole"), settings("killed")
    step = max(1, last(whole)["progress"]["step"] // 2)
    start = partial(training.train, killed, False, False)
    assert until(step, start) == -signal.SIGKILL
    training.train(killed, resume=True, overwrite=False)
    assert outcome("killed") == outcome("whole"), "other bits"
    return f"same bits, killed after {step}"


def split() -> str:
    """Cut a batch in parts: the loss and its gradient must add up."""
    training.build_model = lambda *shapes, **more: quiet(build(*shapes, **more))
    state, _, loader, _ = training.prepare(settings("split"), None, None)
    batch, objective = next(loader.batches()), state.phases[0].objective
    model = state.model.train()

    def gradient(parts: list[Any]) -> tuple[float, torch.Tensor]:
        model.zero_grad()
        losses = [objective(model, part) for part in parts]
        total = sum(loss.total for loss in losses)
        total.backward()
        weights = [w.grad.flatten() for w in model.parameters() if w.grad is not None]
        return float(total.detach() / sum(float(x.weight) for x in losses)), torch.cat(weights)

    half = batch.size // 2
    (loss, whole), (other, parts) = (
        gradient(each) for each in ([batch], [batch.cut(0, half), batch.cut(half, batch.size)])
    )
    apart = float((whole - parts).abs().max() / whole.abs().max())
    assert abs(loss - other) <= 1e-5 * max(1, abs(loss)), (loss, other)
    assert apart < 1e-3, apart
    return f"loss {abs(loss - other):.0e}, gradient {apart:.0e}"


def ranks() -> str:
    """Two ranks must begin as one does: the same loss, the same gradient."""
    training.build_model = lambda *shapes, **more: quiet(build(*shapes, **more))
    found = []
    for run, count in (("one", 1), ("two", 2)):
        config = settings(run, "--training.num_epochs", "1")
        start = partial(training.train, config, False, False)
        assert in_ranks(count, start) == [0] * count
        found.append(next(line for line in log_of(config) if "train/loss" in line))
    for name in ("train/loss", "train/gradient_norm"):
        one, two = (line[name] for line in found)
        assert math.isclose(one, two, rel_tol=1e-3), (name, one, two)
    return "same first update"


def main() -> None:
    """Run every check, whatever becomes of the others."""
    report = dict[str, str | None]()
    checks: tuple[Callable[[], str], ...] = (smoke, resume, split, ranks)
    torch.set_num_threads(1)
    output, sys.stdout = sys.stdout, sys.stderr
    for check in checks:
        training.build_model = build
        try:
            report[check.__name__] = check()
        except BaseException:  # a check that ends the process is one that failed
            traceback.print_exc()
            report[check.__name__] = None
    print(json.dumps(report), file=output)


if __name__ == "__main__":
    main()
