"""Settings of the task: the section `task` of configs/config.yaml."""

from dataclasses import dataclass

OUTPUTS = ".jsonl, .csv (entities, or words with labels) or .conll"  # what predict.py writes


@dataclass(frozen=True)
class TaskSettings:
    """How the loss sees the labels in training."""

    class_weights: bool = False  # weight labels in the loss by the inverse of their frequency
