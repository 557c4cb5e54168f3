"""Settings of the task: the section `task` of configs/config.yaml."""

from dataclasses import dataclass

OUTPUTS = ".csv or .jsonl"  # files that predict.py writes


@dataclass(frozen=True)
class TaskSettings:
    """None so far: the scale of the targets is measured in the training split."""
