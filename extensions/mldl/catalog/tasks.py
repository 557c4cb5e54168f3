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
    does: str  # what the model does to samples, in words before their name
    layers: tuple[str, ...]
    metrics: tuple[str, ...]  # the primary one first
    layers_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by modality, on top
    targets: str = "labels"  # the form of its targets: labels (a class, …), boxes, words, …
    writes: str = "`.csv` or `.jsonl`"  # what predict.py writes
    settings: tuple[str, ...] = ()  # answers about the task that apply
    validation_loss: bool = True  # there is a loss without gradients, too
    dependencies: tuple[str, ...] = ()
    without: tuple[str, ...] = ()  # what all others depend on


@dataclass(frozen=True)
class Task:
    """What is to be learnt."""

    name: str
    reason: str
    objectives: tuple[Objective, ...]  # the usual one first
    modality: str = ""  # what it is learnt from where nothing is known of the data
    alone: bool = False  # there is no other modality, whatever is known of the data


METRICS = {
    metric.name: metric
    for metric in (
        Metric("accuracy", 0.0, 1.0, higher_is_better=True),
        Metric("f1", 0.0, 1.0, higher_is_better=True),
        Metric("mse", 0.0, math.inf, higher_is_better=False),
        Metric("mae", 0.0, math.inf, higher_is_better=False),
        Metric("r2", -math.inf, 1.0, higher_is_better=True),
        *(
            Metric(name, 0.0, 1.0, higher_is_better=True)
            for name in (
                *("map", "map_50", "map_75", "map_small", "map_medium", "map_large", "mar_100"),
                *("iou", "dice", "box_map", "bleu", "chrf", "exact_match"),
                *("precision", "recall"),
            )
        ),
        *(
            Metric(name, low, math.inf, higher_is_better=False)
            for name, low in (
                *(("bits_per_byte", 0.0), ("perplexity", 1.0)),
                *(("word_error_rate", 0.0), ("character_error_rate", 0.0)),
            )
        ),
    )
}
OF_TEXT = ("words", "corpus", "pairs")  # forms of text that have no labels
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
                    does="gives a class to",
                    layers=(
                        "tasks/outputs",
                        "tasks/classification",
                    ),
                    layers_of={
                        "image": ("tasks/classification/image",),
                        "table": ("tasks/classification/table",),
                        "text": ("tasks/classification/text",),
                    },
                    metrics=("accuracy", "f1"),
                    settings=(*CLASSES, "weighted_sampling"),
                    dependencies=("scikit-learn",),
                ),
                Objective(
                    name="multi_label",
                    reason="any number of labels for each sample",
                    does="gives labels to",
                    layers=(
                        "tasks/outputs",
                        "tasks/multi_label",
                    ),
                    layers_of={"text": ("tasks/multi_label/text",)},
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
                    does="gives numbers to",
                    layers=(
                        "tasks/outputs",
                        "tasks/regression",
                    ),
                    metrics=("r2", "mse", "mae"),
                ),
            ),
            modality="table",
        ),
        Task(
            name="detection",
            reason="what is where? a box around each object",
            objectives=(
                Objective(
                    name="boxes",
                    reason="a box, a class and a score for each object",
                    does="finds objects in",
                    layers=("tasks/detection",),
                    metrics=(
                        *("map", "map_50", "map_75", "map_small", "map_medium", "map_large"),
                        *("mar_100", "f1"),
                    ),
                    targets="boxes",
                    writes="`.jsonl`, `.csv` or, as COCO has results, `.json`",
                    settings=("class_names",),
                    validation_loss=False,
                ),
            ),
            modality="image",
            alone=True,
        ),
        Task(
            name="segmentation",
            reason="what is each pixel? a mask of classes",
            objectives=(
                Objective(
                    name="semantic",
                    reason="a class for each pixel",
                    does="gives a class to each pixel of",
                    layers=("tasks/segmentation",),
                    metrics=("iou", "dice", "accuracy"),
                    targets="masks",
                    writes="`.csv`, `.jsonl`, or a folder of masks",
                    settings=("class_names", "class_weights"),
                ),
                Objective(
                    name="instance",
                    reason="a mask, a class and a score for each object",
                    does="finds objects and their masks in",
                    layers=("tasks/detection", "tasks/instances"),
                    metrics=(
                        *("map", "map_50", "map_75", "map_small", "map_medium", "map_large"),
                        *("mar_100", "f1", "box_map"),
                    ),
                    targets="instances",
                    writes="`.jsonl`, `.csv` (without masks) or, as COCO has results, `.json`",
                    settings=("class_names",),
                    validation_loss=False,
                    dependencies=("pycocotools",),
                ),
            ),
            modality="image",
            alone=True,
        ),
        Task(
            name="nlp",
            reason="tags of words, what comes next, or a text for a text",
            objectives=(
                Objective(
                    name="token",
                    reason="a tag for each word, such as names and places",
                    does="tags the words of",
                    layers=("tasks/tokens",),
                    metrics=("f1", "precision", "recall", "accuracy"),
                    targets="words",
                    writes="`.jsonl`, `.csv` (a row for each entity, or word) or `.conll`",
                    settings=("class_names", "class_weights"),
                ),
                Objective(
                    name="language_model",
                    reason="what comes next: continues a text",
                    does="continues",
                    layers=("tasks/generated", "tasks/language_model"),
                    metrics=("bits_per_byte", "perplexity", "accuracy"),
                    targets="corpus",
                ),
                Objective(
                    name="seq2seq",
                    reason="a text for a text, such as its translation",
                    does="writes a text for each of",
                    layers=("tasks/generated", "tasks/seq2seq"),
                    metrics=(
                        *("bleu", "chrf", "exact_match"),
                        *("word_error_rate", "character_error_rate"),
                    ),
                    targets="pairs",
                    dependencies=("sacrebleu",),
                    without=("numpy",),
                ),
            ),
            modality="text",
            alone=True,
        ),
    )
}
OBJECTIVES = {each.name: each for task in TASKS.values() for each in task.objectives}


def task_of(objective: object) -> str:
    """Return the task that an objective is of; blank if there is none."""
    names = (
        task.name for task in TASKS.values() for each in task.objectives if each.name == objective
    )
    return next(names, "")


def form_of(modality: object, objective: object) -> str:
    """Return what layers of the data differ by: the modality, or the targets that come with it.

    An image has labels, boxes, masks or instances. A text with labels is a text; others are words
    with tags, a corpus or pairs of texts.
    """
    found = OBJECTIVES.get(str(objective))
    if found and (modality == "image" or (modality == "text" and found.targets in OF_TEXT)):
        return found.targets
    return str(modality)
