"""What is refused before anything is trained, and what settings that changed do to a run."""

from typing import Any

from .loop import TrainState
from .errors import UserError
from ..task.metrics import NAMES
from .recovery import scale_rate
from .settings import TrainingSettings

ENDS = {"early_stopping", "patience", "min_delta", "num_epochs"}
ENDS |= {"target_metric", "target_value", "stop_at_target"}
MAY_CHANGE = {"dataset_path", "in_memory", "num_workers", "worker_timeout", "max_unreadable"}
MAY_CHANGE |= {"device", "max_training_time_hours", "max_bad_updates", "max_setbacks"}
MAY_CHANGE |= {"max_inference_time_ms", "num_outputs", *ENDS} - {"num_epochs"}
#: if distributed
MAY_CHANGE |= {"shard"}
#: endif
# What a checkpoint or splits.csv has settled: another optimizer has another state.
FIXED = {"optimizer", "normalization_mean", "normalization_std", "ignored_columns"}
FIXED |= {"split_seed", "train_val_test_split"}


def check_changes(now: dict[str, Any], before: dict[str, Any], allowed: bool) -> None:
    """Refuse to go on with settings that make another run of it, unless that is `allowed`."""
    changes = {
        name: f"{section}.{name} {value!r} to {now[section][name]!r}"
        for section in ("data", "model", "training")
        for name, value in before[section].items()
        if name in now[section].keys() - MAY_CHANGE and value != now[section][name]
    }
    fixed = {name: changes[name] for name in changes.keys() & FIXED}
    if fixed or (changes and not allowed):
        advice = "undo that" if fixed else "undo that, or say --allow_changes"
        raise UserError(f"--resume: settings changed, {', '.join(changes.values())}: {advice}")


def apply_changes(state: TrainState, now: TrainingSettings, before: dict[str, Any]) -> None:
    """Let settings count that the state of a run has taken over from `before`."""
    scale_rate(state, now.learning_rate / before["learning_rate"])
    state.optimizer.param_groups[0]["weight_decay"] = now.weight_decay  # the other has none
    sizes = [x["batch_size"] * x["accumulation_steps"] for x in (before, vars(now))]
    state.scheduler.last_epoch = round(state.scheduler.last_epoch * sizes[0] / sizes[1])
    changed = {name for name in {*ENDS, "monitor"} if getattr(now, name) != before.get(name)}
    if "monitor" in changed:  # its best is of another figure
        state.progress.best, state.progress.bad_epochs = None, 0
    if "target_metric" in changed:
        state.progress.target_best = None
    if changed:
        state.progress.finished = ""


def check_names(settings: TrainingSettings) -> None:
    """Refuse names that this project does not have."""
    wanted = {"monitor": [f"val_{name}" for name in NAMES], "target_metric": [*NAMES]}
    for setting, names in wanted.items():
        if (name := getattr(settings, setting)) not in [*names, None]:
            raise UserError(f"training.{setting} {name!r} is none of {names}")
