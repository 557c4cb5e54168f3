"""Builds everything that training needs, and trains."""

from contextlib import closing, nullcontext
{% if architecture != "custom" or remote or (distributed and tensorboard_enabled) %}
from dataclasses import asdict, replace
{% else %}
from dataclasses import asdict
{% endif %}
from functools import partial
from pathlib import Path
from typing import Any

import torch
import yaml
#: if tensorboard_enabled
from torch import nn
#: endif

#: if distributed
from .engine.checkpoint import restore
#: else
from .engine.checkpoint import open_folder, restore
#: endif
from .engine.resume import apply_changes, check_changes, check_names
from .config import Config
from .data.dataloader import SplitLoader, get_dataloaders
#: if remote
from .engine.data.download import download
#: endif
#: if data_source == "bundled"
from .data.fetch import fetch
#: endif
from .data.info import DataInfo
#: if distributed
from .engine.distributed.training import Run, spread
#: endif
from .engine.loop import Recipe, TrainState, fit
from .engine.errors import UserError
#: if tensorboard_enabled
from .inference import infer
#: endif
from .task.metrics import Metrics
from .models.model import build_model
#: if task == "regression"
from .task.objective import Objective, check
#: else
from .task.objective import Objective, balance, check
#: endif
#: if ema
from .engine.optim import average, build_optimizer, build_scheduler
#: else
from .engine.optim import build_optimizer, build_scheduler
#: endif
from .engine.perf import Meter, count_flops, keep_memory
#: if distributed
from .engine.distributed.ranks import first, join, meet, open_folder, rank, share, whole, world
#: endif
from .engine.recovery import Diverged, set_back
#: if distributed
#: if ema
from .engine.distributed.replicas import shard, shard_average, shard_optimizer
#: else
from .engine.distributed.replicas import shard, shard_optimizer
#: endif
#: else
from .engine.callbacks import Run
#: endif
from .engine.runtime import choose_compile, choose_device, choose_precision, compile_model, set_seed
from .engine.settings import TrainingSettings
from .engine.tracking import JsonLog, Sink
#: if tensorboard_enabled
from .engine.tracking_tensorboard import TensorBoard
#: endif
#: if wandb_enabled
from .engine.tracking_wandb import WandB
#: endif


def train(config: Config, resume: bool, overwrite: bool, allow_changes: bool = False) -> None:
    """Train as `config` says; go back to the last checkpoint wherever that diverges."""
    setbacks = 0
    while True:
        try:
            return train_once(config, resume, overwrite, allow_changes, setbacks)
        except Diverged as error:
            told, setbacks = error.args
            print(f"{told}: back to the last checkpoint, at half the learning rate")
            resume, overwrite = True, False
        # The traceback, which holds on to the model, is gone here.


def train_once(config: Config, resume: bool, overwrite: bool, allowed: bool, setbacks: int) -> None:
    """Train until the end; leave checkpoints, logs and the settings behind."""
    check_names(config.training)
    keep_memory()
    #: if distributed
    resume, overwrite = join(resume, overwrite)
    #: endif
    folder = Path(config.experiment.checkpoint_dir)
    with open_folder(folder, resume, overwrite) as saved:
        #: if distributed
        config = first(partial(find_data, config))
        #: else
        config = find_data(config)
        #: endif
        if saved:
            check_changes(asdict(config), saved["config"], allowed)
        state, recipe, train_loader, val = prepare(config, folder / "splits.csv", saved)
        set_back(state, setbacks)
        lengths = saved["log_lengths"] if saved else {}
        #: if distributed
        sinks = open_sinks(config, lengths, whole(val)) if rank() == 0 else []
        #: else
        sinks = open_sinks(config, lengths, val)
        #: endif
    run = open_run(config, state, recipe, train_loader, sinks)
    with closing(run):
        fit(state, recipe, train_loader.batches, val.batches, run)
    run.finish(state.progress)


def find_data(config: Config) -> Config:
    """Return the settings with the data on this machine."""
    #: if data_source == "bundled"
    # Any other path is your own, and nothing is written there.
    if config.data.dataset_path == {{ dataset_path | py }}:
        fetch(Path(config.data.dataset_path))
    #: endif
    #: if remote
    if "://" in config.data.dataset_path:
        path = download(config.data.dataset_path, Path("data"))
        config = replace(config, data=replace(config.data, dataset_path=str(path)))
    #: endif
    return config


def prepare(
    config: Config, manifest: Path | None, saved: dict[str, Any] | None
) -> tuple[TrainState, Recipe, SplitLoader, SplitLoader]:
    """Build what is to be trained, as it was `saved`, with the training and validation data."""
    settings, device = config.training, choose_device(config.training.device)
    #: if architecture != "custom"
    if saved:  # which holds all weights
        fresh = replace(config.model, pretrained=False, weights_path=None)
        config = replace(config, model=fresh)
    #: endif
    dtype, reason = choose_precision(device, settings.mixed_precision)
    print(f"computing on {device} in {dtype}: {reason}")
    set_seed(settings.seed, settings.deterministic)
    #: if distributed
    if rank() > 0:
        meet()  # rank 0 goes first: it writes down the division, and what it cannot read
    #: endif
    try:
        train, val, _ = get_dataloaders(
            config.data,
            batch_size=settings.batch_size,
            seed=settings.seed,
            device=device,
            manifest=manifest,
            info=DataInfo(**saved["data"]) if saved else None,
        )
    except PermissionError as error:
        path = Path(config.data.dataset_path).resolve()
        raise UserError(f"data.dataset_path: {path} cannot be read: {error}") from None
    #: if distributed
    if rank() == 0:
        meet()
    meet()  # nobody is reading any more
    train, val = share(train), share(val)
    #: endif
    check(next(iter(train.source.read([train.ids[:64]]))), len(train.info.output_names))
    state = build_state(config, train.info, len(train), device, dtype)
    recipe = build_recipe(config, train.info, device, dtype)
    if saved:
        restore(state, saved)
        apply_changes(state, settings, saved["config"]["training"])
    #: if distributed
    folder = Path(config.experiment.checkpoint_dir)
    recipe = spread(state, recipe, train, folder, saved, settings.seed)
    #: endif
    return state, recipe, train, val


def build_state(
    config: Config, info: DataInfo, num_batches: int, device: torch.device, dtype: torch.dtype
) -> TrainState:
    """Make the model and everything that changes with it."""
    settings, num_outputs = config.training, len(info.output_names)
    model = build_model(info.input_shape, num_outputs, **asdict(config.model)).to(device)
    #: if task == "regression"
    model.set_target_scale(info.target_mean, info.target_std)
    #: endif
    #: if ema
    ema = average(model, settings.ema_decay)
    #: endif
    #: if distributed
    if settings.shard and world() > 1:
        shard(model)
        #: if ema
        shard_average(ema)
        #: endif
    #: endif
    rate, decay = settings.learning_rate, settings.weight_decay
    optimizer = build_optimizer(model, settings.optimizer, rate, decay)
    #: if distributed
    if settings.shard and world() > 1:
        shard_optimizer(optimizer)
    #: endif
    half = dtype == torch.float16
    updates = -(-num_batches // settings.accumulation_steps)  # in an epoch
    warmup, total = settings.warmup_epochs * updates, settings.num_epochs * updates
    return TrainState(
        model,
        {{ "ema.module" if ema else "model" }},
        optimizer,
        build_scheduler(optimizer, settings.lr_scheduler, warmup, total),
        torch.amp.GradScaler(device.type, 2**16 / settings.batch_size, enabled=half),
        Metrics(num_outputs).to(device),
        #: if ema
        ema,
        #: endif
    )


def build_recipe(
    config: Config, info: DataInfo, device: torch.device, dtype: torch.dtype
) -> Recipe:
    """Say how the weights are to move."""
    settings = config.training
    return Recipe(
        build_objective(settings, info, device),
        Metrics(len(info.output_names)).to(device),
        nullcontext if dtype == torch.float32 else partial(torch.autocast, device.type, dtype),
        settings.num_epochs,
        settings.accumulation_steps,
        settings.gradient_clipping,
        #: if architecture != "custom"
        settings.freeze_epochs,
        #: endif
    )


def build_objective(settings: TrainingSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective, with what it needs to know of the training split."""
    #: if task == "regression"
    return Objective(torch.tensor(info.target_std, device=device))
    #: else
    counts = torch.tensor(info.class_counts, dtype=torch.float32, device=device)
    weights = balance(counts, info.num_train) if settings.class_weights else None
    return Objective(settings.label_smoothing, weights)
    #: endif


def open_sinks(config: Config, lengths: dict[str, int], loader: SplitLoader) -> list[Sink]:
    """Write down the settings; open the places for figures, cut to what a checkpoint knows of."""
    folder = Path(config.experiment.checkpoint_dir)
    (folder / "config.yaml").write_text(yaml.safe_dump(asdict(config), sort_keys=False))
    sinks: list[Sink] = [JsonLog(folder, lengths)]
    #: if tensorboard_enabled

    def draw(model: nn.Module) -> Any:
        from .task.plots import draw_pictures  # takes its time: training first

        return draw_pictures(*infer(model, loader.batches()), loader)

    #: if distributed
    if config.training.shard and world() > 1:  # rank 0, which draws, has a share of the model
        plain = replace(config.experiment, picture_frequency=0, histograms=False)
        config = replace(config, experiment=plain)
    #: endif
    try:
        sinks.append(TensorBoard(config.experiment, lengths, draw))
    except OSError as error:
        path = Path(config.experiment.tensorboard_log_dir).resolve()
        raise UserError(f"experiment.tensorboard_log_dir: {path}: {error.strerror}") from None
    #: endif
    #: if wandb_enabled
    sinks.append(WandB(asdict(config), folder))
    #: endif
    return sinks


def open_run(
    config: Config, state: TrainState, recipe: Recipe, loader: SplitLoader, sinks: list[Sink]
) -> Run:
    """Compile the model where that pays, and return the callbacks of the loop."""
    settings, device = config.training, next(state.model.parameters()).device
    flops = count_flops(state.model, recipe.objective, loader)
    #: if distributed
    flops = flops and flops / world()  # of each device
    #: endif
    updates = settings.num_epochs * -(-len(loader) // settings.accumulation_steps)
    wanted, reason = choose_compile(device, settings.compile, updates)
    if wanted:
        compile_model(state.model)
    print(f"{'compiled' if wanted else 'not compiled'}: {reason}")
    #: if family == "image"
    print(f"memory format: {state.model.layout}")
    #: endif
    meter = Meter(loader, device, flops)
    stamp = {"config": asdict(config), "data": asdict(loader.info)}
    return Run(settings, config.experiment, sinks, stamp, meter, state.progress.step, updates)
