"""What is refused before anything is trained."""

from typing import Any

from .errors import UserError
from .metrics import NAMES
from .settings import TrainingSettings

MAY_CHANGE = {"dataset_path", "in_memory", "num_workers", "device", "max_training_time_hours"}
#: if distributed
MAY_CHANGE |= {"shard"}
#: endif
MAY_CHANGE |= {"early_stopping", "patience", "min_delta", "max_bad_updates", "max_setbacks"}
MAY_CHANGE |= {"target_metric", "target_value", "stop_at_target", "max_inference_time_ms"}


def check_changes(now: dict[str, Any], before: dict[str, Any]) -> None:
    """Refuse to go on with settings that make another run of it."""
    changes = [
        f"{section}.{name} {value!r} to {now[section][name]!r}"
        for section in ("data", "model", "training")
        for name, value in before[section].items()
        if name in now[section].keys() - MAY_CHANGE and value != now[section][name]
    ]
    if changes:
        advice = "undo that, or say --allow_changes"
        raise UserError(f"--resume: settings changed, {', '.join(changes)}: {advice}")


def check_names(settings: TrainingSettings) -> None:
    """Refuse names of figures that this task does not have."""
    monitors = [f"val_{name}" for name in NAMES]
    if settings.monitor not in monitors:
        raise UserError(f"training.monitor {settings.monitor!r} is none of {monitors}")
    if settings.target_metric not in (None, *NAMES):
        wrong = repr(settings.target_metric)
        raise UserError(f"training.target_metric {wrong} is none of {list(NAMES)}")
