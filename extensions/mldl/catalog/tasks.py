"""One row for each task: what an answer for one sample may be, what measures it, its layers.

Only append: a name that a project was made with must stay known.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Metric:
    """What a task is measured by."""

    name: str
    low: float
    high: float
    higher_is_better: bool


@dataclass(frozen=True)
class Objective:
    """What an answer for one sample is."""

    name: str
    reason: str
    gives: str  # what the model gives to a sample, in words
    layers: tuple[str, ...]
    metrics: tuple[str, ...]  # the primary one first
    layers_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by modality, on top
    settings: tuple[str, ...] = ()  # answers about the task that apply
    dependencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Task:
    """What is to be learnt."""

    name: str
    reason: str
    objectives: tuple[Objective, ...]  # the usual one first
    modality: str = ""  # what it is learnt from where nothing is known of the data


METRICS = {
    metric.name: metric
    for metric in (
        Metric("accuracy", 0.0, 1.0, higher_is_better=True),
        Metric("f1", 0.0, 1.0, higher_is_better=True),
        Metric("mse", 0.0, math.inf, higher_is_better=False),
        Metric("mae", 0.0, math.inf, higher_is_better=False),
        Metric("r2", -math.inf, 1.0, higher_is_better=True),
    )
}
CLASSES = ("class_names", "label_smoothing", "class_weights")

TASKS = {
    task.name: task
    for task in (
        Task(
            name="classification",
            reason="which class is it, or which labels apply?",
            objectives=(
                Objective(
                    name="single_label",
                    reason="exactly one class for each sample",
                    gives="a class",
                    layers=(
                        "tasks/outputs",
                        "tasks/classification",
                    ),
                    layers_of={
                        "image": ("tasks/classification/image",),
                        "table": ("tasks/classification/table",),
                    },
                    metrics=("accuracy", "f1"),
                    settings=(*CLASSES, "weighted_sampling"),
                    dependencies=("scikit-learn",),
                ),
                Objective(
                    name="multi_label",
                    reason="any number of labels for each sample",
                    gives="labels",
                    layers=(
                        "tasks/outputs",
                        "tasks/multi_label",
                    ),
                    metrics=("f1", "accuracy"),
                    settings=CLASSES,
                ),
            ),
        ),
        Task(
            name="regression",
            reason="how much is it? one number or several",
            objectives=(
                Objective(
                    name="targets",
                    reason="one number or several for each sample",
                    gives="numbers",
                    layers=(
                        "tasks/outputs",
                        "tasks/regression",
                    ),
                    metrics=("r2", "mse", "mae"),
                ),
            ),
            modality="table",
        ),
    )
}
OBJECTIVES = {each.name: each for task in TASKS.values() for each in task.objectives}
