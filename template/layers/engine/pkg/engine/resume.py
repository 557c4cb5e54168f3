"""What settings that changed do to a run that goes on, and names that it does not have."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from .errors import UserError
from .recovery import scale_learning_rate
from .settings import TrainingSettings
from .state import TrainState

ENDS = {"early_stopping", "patience", "min_delta", "num_epochs"}
ENDS |= {"target_metric", "target_value", "stop_at_target"}
MAY_CHANGE = {"device", "max_training_time_hours", "max_bad_updates", "max_setbacks"}
MAY_CHANGE |= {"max_inference_time_ms", *ENDS} - {"num_epochs"}
#: if distributed
MAY_CHANGE |= {"shard"}
#: endif
FIXED = {"optimizer"}  # whose state a checkpoint holds: another one has another state


def check_changes(
    now: dict[str, Any],
    before: dict[str, Any],
    *,
    allowed: bool,
    may_change: Collection[str] = (),
    fixed: Collection[str] = (),
) -> None:
    """Compare the settings of a run that is resumed with those of its checkpoint.

    Args:
        now: All settings, by section and name.
        before: The same of the checkpoint.
        allowed: Whether changes that make another run of it are wanted.
        may_change: Settings of the data that do not; those of training are known here.
        fixed: Settings of the data that never may, since the checkpoint has settled them.

    Raises:
        UserError: a setting has changed that must not.
    """
    free, settled = MAY_CHANGE.union(may_change), FIXED.union(fixed)
    changes = {
        name: f"{section}.{name} {value!r} to {now[section][name]!r}"
        for section in now.keys() & before.keys() - {"experiment"}
        for name, value in before[section].items()
        if name in now[section].keys() - free and value != now[section][name]
    }
    never = sorted(changes.keys() & settled)
    if never or (changes and not allowed):
        named = [changes[name] for name in never or sorted(changes)]
        advice = "undo that" if never else "undo that, or say --allow_changes"
        raise UserError(f"--resume: settings changed, {', '.join(named)}: {advice}")


def apply_changes(state: TrainState, now: TrainingSettings, before: dict[str, Any]) -> None:
    """Let settings count that the state of a run has taken over from `before`."""
    scale_learning_rate(state, now.learning_rate / before["learning_rate"])
    sizes = [x["batch_size"] * x["accumulation_steps"] for x in (before, vars(now))]
    for phase in state.phases:
        phase.optimizer.param_groups[0]["weight_decay"] = now.weight_decay  # the other has none
        phase.scheduler.last_epoch = round(phase.scheduler.last_epoch * sizes[0] / sizes[1])
    changed = {name for name in {*ENDS, "monitor"} if getattr(now, name) != before.get(name)}
    if "monitor" in changed:  # its best is of another metric
        state.progress.best, state.progress.bad_epochs = None, 0
    if "target_metric" in changed:
        state.progress.target_best = None
    if changed:
        state.progress.finished = ""


def check_names(settings: TrainingSettings, metrics: Iterable[str]) -> None:
    """Look for the metrics that settings name among those that the task has.

    Raises:
        UserError: the task has no metric of that name.
    """
    known = list(metrics)
    wanted = {"monitor": [f"val_{name}" for name in known], "target_metric": known}
    for setting, names in wanted.items():
        if (name := getattr(settings, setting)) not in [*names, None]:
            raise UserError(f"training.{setting} {name!r} is none of {names}")


def measured(metrics: Mapping[str, float], setting: str, name: str) -> float:
    """Return the metric of a validation that a setting of the training names.

    Raises:
        UserError: this validation does not measure it.
    """
    if (found := name.removeprefix("val_")) not in metrics:
        known = ", ".join(metrics)
        raise UserError(f"training.{setting}: {name} is not measured here: choose from {known}")
    return metrics[found]
