"""Puts everything together, and trains."""

from contextlib import closing, nullcontext
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .config import Config
from .data.dataloader import SplitLoader, get_dataloaders
from .data.fetch import obtain
from .data.info import DataInfo
from .data.settings import FIXED, MAY_CHANGE
from .drawing import draw_split
from .engine import processes
from .engine.checkpoint import restore
from .engine.errors import UserError
from .engine.loop import fit
from .engine.optim import build_optimizer, build_scheduler
from .engine.perf import Meter, count_flops, keep_memory
from .engine.recovery import Diverged, set_back
from .engine.resume import apply_changes, check_changes, check_names
from .engine.runtime import (
    choose_compile,
    choose_device,
    choose_precision,
    compile_model,
    set_seed,
)
from .engine.state import Phase, Recipe, TrainState
from .engine.tracking import open_sinks
from .models.model import build_model
from .models.settings import without_weights
from .task.metrics import Metrics
from .task.objective import build_objective
from .task.targets import check_batch


def train(config: Config, resume: bool, overwrite: bool, allow_changes: bool = False) -> None:
    """Train as `config` says; go back to the last checkpoint wherever that diverges.

    Raises:
        UserError: settings or data cannot work.
        GaveUp: training cannot go on.
        Interrupted: a signal asked for the end.
    """
    setbacks = 0
    while True:
        try:
            return train_once(config, resume, overwrite, allow_changes, setbacks)
        except Diverged as error:
            message, setbacks = error.args
            print(f"{message}: back to the last checkpoint, at half the learning rate")
            resume, overwrite = True, False
        # The traceback, which holds on to the model, is gone here.


def train_once(config: Config, resume: bool, overwrite: bool, allowed: bool, setbacks: int) -> None:
    """Train until the end; leave checkpoints, logs and the settings behind."""
    check_names(config.training, Metrics.higher_is_better)
    keep_memory()
    resume, overwrite = processes.join(resume, overwrite)
    folder = Path(config.experiment.checkpoint_dir)
    with processes.open_folder(folder, resume, overwrite) as saved:
        config = replace(config, data=processes.first(partial(obtain, config.data)))
        if saved:
            rules = {"may_change": MAY_CHANGE, "fixed": FIXED}
            check_changes(asdict(config), saved["config"], allowed=allowed, **rules)
        state, recipe, train_loader, val_loader = prepare(config, folder / "splits.csv", saved)
        set_back(state, setbacks)
        run, recipe = open_run(config, state, recipe, train_loader, val_loader, saved)
    with closing(run):
        fit(state, recipe, train_loader, val_loader, run)
    run.finish(state.progress)


def prepare(
    config: Config, manifest: Path | None, saved: dict[str, Any] | None
) -> tuple[TrainState, Recipe, SplitLoader, SplitLoader]:
    """Build what is to be trained, as it was `saved`, with the training and validation data."""
    settings, device = config.training, choose_device(config.training.device)
    if saved:  # which holds all weights
        config = replace(config, model=without_weights(config.model))
    dtype, reason = choose_precision(device, settings.mixed_precision)
    print(f"computing on {device} in {dtype}: {reason}")
    set_seed(settings.seed, settings.deterministic)
    with processes.in_turn():  # the first writes down the splits, and what it cannot read
        train, val = load_data(config, device, manifest, saved)
    train, val = processes.share(train), processes.share(val)
    check_batch(train.raw(64), len(train.info.output_names))
    state = build_state(config, train.info, len(train), device, dtype)
    recipe = build_recipe(config, state, train.info, device, dtype)
    if saved:
        restore(state, saved)
        apply_changes(state, settings, saved["config"]["training"])
    folder = Path(config.experiment.checkpoint_dir)
    return state, processes.spread(state, recipe, folder, saved, settings.seed), train, val


def load_data(
    config: Config, device: torch.device, manifest: Path | None, saved: dict[str, Any] | None
) -> tuple[SplitLoader, SplitLoader]:
    """Return the training and the validation split."""
    try:
        train, val, _ = get_dataloaders(
            config.data,
            batch_size=config.training.batch_size,
            seed=config.training.seed,
            device=device,
            manifest=manifest,
            info=DataInfo(**saved["data"]) if saved else None,
        )
    except PermissionError as error:
        path = Path(config.data.dataset_path).resolve()
        raise UserError(f"data.dataset_path: {path} cannot be read: {error}") from None
    return train, val


def build_state(
    config: Config, info: DataInfo, num_batches: int, device: torch.device, dtype: torch.dtype
) -> TrainState:
    """Make the model and everything that changes with it."""
    settings, num_outputs = config.training, len(info.output_names)
    model = build_model(info.input_shape, num_outputs, **asdict(config.model)).to(device)
    evaluated: nn.Module = model
    #: if ema
    from .engine.average import Average

    ema = Average(model, settings.ema_decay)
    evaluated = ema.module
    #: endif
    #: if distributed
    processes.shard(settings, model, evaluated)
    #: endif
    rate, decay = settings.learning_rate, settings.weight_decay
    optimizer = build_optimizer(model, settings.optimizer, rate, decay)
    #: if distributed
    processes.shard_optimizer(settings, optimizer)
    #: endif
    updates = count_updates(config, num_batches)
    warmup, total = settings.warmup_epochs * updates, settings.num_epochs * updates
    if warmup >= total:
        both = f"{settings.warmup_epochs}, training.num_epochs is {settings.num_epochs}"
        print(f"warning: training.warmup_epochs is {both}: the learning rate only rises")
    scheduler = build_scheduler(optimizer, settings.lr_scheduler, warmup, total)
    objective = build_objective(config.task, info, device)
    half = dtype == torch.float16
    return TrainState(
        model,
        evaluated,
        (Phase("model", list(model.parameters()), optimizer, scheduler, objective),),
        torch.amp.GradScaler(device.type, 2**16 / settings.batch_size, enabled=half),
        Metrics(num_outputs).to(device),
        #: if ema
        ema,
        #: endif
    )


def count_updates(config: Config, num_batches: int) -> int:
    """Return how many updates an epoch has."""
    steps = config.training.accumulation_steps
    return config.training.updates_per_epoch or -(-num_batches // steps)


def build_recipe(
    config: Config, state: TrainState, info: DataInfo, device: torch.device, dtype: torch.dtype
) -> Recipe:
    """Say how the weights are to move."""
    settings = config.training
    return Recipe(
        state.phases[0].objective,
        Metrics(len(info.output_names)).to(device),
        nullcontext if dtype == torch.float32 else partial(torch.autocast, device.type, dtype),
        settings.num_epochs,
        settings.accumulation_steps,
        settings.gradient_clipping,
        settings.updates_per_epoch,
        #: if has_backbone
        freeze_epochs=settings.freeze_epochs,
        #: endif
    )


def open_run(
    config: Config,
    state: TrainState,
    recipe: Recipe,
    train: SplitLoader,
    val: SplitLoader,
    saved: dict[str, Any] | None,
) -> tuple[processes.Run, Recipe]:
    """Open the logs, compile the model where that pays, and return the callbacks of the loop."""
    settings, device = config.training, next(state.model.parameters()).device
    flops = count_flops(state.model, recipe.val_objective, train)
    total = settings.num_epochs * count_updates(config, len(train))
    wanted, reason = choose_compile(device, settings.compile, total)
    print(f"{'compiled' if wanted else 'not compiled'}: {reason}")
    if wanted:
        compile_model(state.model)
    recipe = replace(recipe, usual_size=train.usual_size, compiled=wanted)
    lengths, sinks = saved["log_lengths"] if saved else {}, []
    if processes.is_first():
        objective = build_objective(config.task, train.info, device)
        loader = processes.whole(val)
        draw = partial(draw_split, objective=objective, loader=loader, compiled=wanted)
        sinks = open_sinks(config.experiment, asdict(config), lengths, draw)
    meter = Meter(train, device, flops and flops / processes.world())
    stamp = {"config": asdict(config), "data": asdict(train.info)}
    better, start = Metrics.higher_is_better, state.progress.step
    run = processes.Run(settings, config.experiment, sinks, stamp, meter, better, start, total)
    return run, recipe
