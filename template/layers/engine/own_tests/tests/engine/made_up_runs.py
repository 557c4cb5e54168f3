"""How a made-up task is trained: `training.py` of a project in short, for any task."""

from contextlib import closing
from pathlib import Path
from typing import Any

import torch
from building import make_recipe, make_state
from made_up.task import BATCH_SIZE, Task

from pkg.engine import processes
from pkg.engine.checkpoint import restore
from pkg.engine.loop import fit
from pkg.engine.perf import Meter
from pkg.engine.resume import check_names
from pkg.engine.settings import (
    ExperimentSettings,
    TrainingSettings,
)
from pkg.engine.tracking import JsonLog

MOMENT = 1e-9  # minutes between two saves: all updates are saved


def train(task: Task, run: str, dropout: float = 0.2, resume: bool = False, **changes: Any) -> None:
    """Train for two epochs, into a folder; or go on from its last checkpoint."""
    settings, folder = make_settings(task, **changes), Path(run, "checkpoints")
    resume, overwrite = processes.join(resume, False)
    with processes.open_folder(folder, resume, overwrite) as saved:
        torch.manual_seed(settings.seed)
        model, metrics = task.model(dropout), task.metrics()
        check_names(settings, metrics.higher_is_better)
        train_loader, val_loader = map(processes.share, task.loaders(Path("lines")))
        state = make_state(model, metrics, *task.build_phases(model))
        recipe = make_recipe(
            task.val_objective,
            task.metrics(),
            num_epochs=settings.num_epochs,
            updates_per_epoch=settings.updates_per_epoch,
        )
        if saved:
            restore(state, saved)
        recipe = processes.spread(state, recipe, folder, saved, settings.seed)
        lengths = saved["log_lengths"] if saved else {}
        sinks = [JsonLog(folder, lengths)] if processes.is_first() else []
    experiment = ExperimentSettings(
        checkpoint_dir=str(folder), log_every=1, save_every_minutes=MOMENT
    )
    meter = Meter(train_loader, torch.device("cpu"), None)
    stamp: dict[str, Any] = {"config": {}, "data": {}}
    better, start = metrics.higher_is_better, state.progress.step
    callbacks = processes.Run(settings, experiment, [*sinks], stamp, meter, better, start, None)
    with closing(callbacks):
        fit(state, recipe, train_loader, val_loader, callbacks)


def make_settings(task: Task, **changes: Any) -> TrainingSettings:
    """Return the settings of a training of two epochs."""
    settings: dict[str, Any] = {
        "num_epochs": 2,
        "batch_size": BATCH_SIZE,
        "monitor": task.monitor,
        "updates_per_epoch": task.updates_per_epoch,
    }
    return TrainingSettings(**settings | changes)
