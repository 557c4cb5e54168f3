"""Every answer: its rule, where a request holds it, and when it applies.

The order is that of the questions. Requests, `--data`, typed answers and what is stored
all pass through this one table, so that they cannot differ.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import yaml

from . import names
from .catalog import ROWS, choices
from .rules import (
    Rule,
    boolean,
    distinct,
    folder,
    identifier,
    integer,
    list_of,
    location,
    number,
    one_of,
    optional,
    text,
)

Answers = Mapping[str, Any]


class Field(NamedTuple):
    """One answer."""

    rule: Rule
    pointer: str = ""  # in a request; empty if a request cannot hold it
    kind: str = "text"  # how --data spells it: text, bool, int, float, number, …
    applies: Callable[[Answers], bool] = lambda answers: True


def when(key: str, *values: object) -> Callable[[Answers], bool]:
    """Return whether the answer `key` is one of `values`."""
    return lambda answers: answers.get(key) in values


def setting(name: str) -> Callable[[Answers], bool]:
    """Return whether the row takes the model setting `name`."""

    def applies(answers: Answers) -> bool:
        row = answers.get("row")
        return row is None or name in row.settings

    return applies


def trains(answers: Answers) -> bool:
    """Say whether pretrained weights are used."""
    return bool(answers.get("pretrained")) and setting("pretrained")(answers)


ARCHITECTURES = (*dict.fromkeys(row.architecture for row in ROWS), *choices.LATER_ARCHITECTURES)
TASKS = (*choices.TASKS, *choices.LATER_TASKS)
IMAGE = when("modality", "image")
COLUMNS = when("data_source", "table", "image_csv", "huggingface")
INFO = "/ml_task/dataset_info"
NEED = "/ml_task/performance_requirements"
MODEL = "/model_config"
TRAIN = "/training_config"
STOP = "/training_config/early_stopping"
DATA = "/data_config"
LOG = "/experiment_config"
COMPUTE = "/context/compute_resources"
SIZE = integer(1, 1_000_000)
LINE = text(200)

PROJECT = {
    "setup": Field(one_of(choices.SETUPS)),
    "project_name": Field(names.project_name),
    "package_name": Field(names.package_name),
    "problem_description": Field(text(4000, lines=True), "/ml_task/problem_description"),
    "author_name": Field(LINE),
    "license": Field(one_of(choices.LICENSES)),
    "task_type": Field(one_of(choices.TASK_TYPES), "/task_type"),
}
TASK = {
    "task": Field(one_of(TASKS), "/ml_task/type"),
    "modality": Field(
        one_of((*choices.MODALITIES, *choices.LATER_MODALITIES)), "/ml_task/modality"
    ),
    "objective": Field(one_of(choices.OBJECTIVES), "/ml_task/objective"),
    "gpus": Field(integer(0, 100_000), f"{COMPUTE}/gpus", "int"),
    "memory_gb": Field(
        optional(number(0, 1e6, above=True)), f"{COMPUTE}/memory_gb", "number"
    ),
    "cpu_cores": Field(optional(integer(1, 100_000)), f"{COMPUTE}/cpu_cores", "yaml"),
}
DATASET = {
    "data_loader": Field(one_of(choices.LOADERS), f"{DATA}/data_loader"),
    "data_source": Field(one_of(choices.SOURCES), f"{INFO}/data_source"),
    "dataset_name": Field(LINE, f"{INFO}/dataset_name"),
    "dataset_path": Field(location, f"{INFO}/dataset_path"),
    "target_column": Field(LINE, f"{INFO}/target_column", applies=COLUMNS),
    "input_shape": Field(list_of(SIZE, 3), f"{INFO}/input_shape", "yaml"),
    "output_shape": Field(
        lambda value: (list_of(SIZE, 3) if isinstance(value, list) else optional(SIZE))(value),
        f"{INFO}/output_shape",
        "yaml",
    ),
    "class_names": Field(
        distinct(list_of(text(100))),
        f"{INFO}/class_names",
        "yaml",
        when("task", "classification"),
    ),
    "num_samples": Field(optional(integer(1, 10**12)), f"{INFO}/num_samples", "yaml"),
    "train_val_test_split": Field(
        list_of(number(-1e6, 1e6), 3), f"{INFO}/train_val_test_split", "numbers"
    ),
    "split_seed": Field(integer(0, 2**31 - 1), kind="int"),
    "augmentation": Field(
        distinct(list_of(one_of(choices.AUGMENTATIONS))),
        f"{DATA}/augmentation",
        "yaml",
        IMAGE,
    ),
    "preprocessing": Field(
        distinct(list_of(one_of((*choices.PREPROCESSING, *choices.LATER_PREPROCESSING)))),
        f"{DATA}/preprocessing",
        "yaml",
        IMAGE,
    ),
    "normalization_mean": Field(
        list_of(number(-1e6, 1e6)), f"{DATA}/normalization/mean", "numbers", IMAGE
    ),
    "normalization_std": Field(
        list_of(number(0, 1e6, above=True)), f"{DATA}/normalization/std", "numbers", IMAGE
    ),
}
NETWORK = {
    "architecture": Field(one_of(ARCHITECTURES), f"{MODEL}/architecture"),
    "pretrained": Field(boolean, f"{MODEL}/pretrained", "bool", setting("pretrained")),
    "pretrained_source": Field(
        one_of(choices.PRETRAINED_SOURCES), f"{MODEL}/pretrained_source", applies=trains
    ),
    "backbone": Field(text(100), f"{MODEL}/backbone", applies=setting("backbone")),
    "weights_path": Field(location, applies=when("pretrained_source", "custom")),
    "num_layers": Field(
        integer(1, 1000), f"{MODEL}/num_layers", "int", setting("num_layers")
    ),
    "hidden_dim": Field(
        integer(1, 1_000_000), f"{MODEL}/hidden_dim", "int", setting("hidden_dim")
    ),
    "dropout": Field(number(0, 1, below=True), f"{MODEL}/dropout", "float"),
    "activation": Field(
        one_of(choices.ACTIVATIONS), f"{MODEL}/activation", applies=setting("activation")
    ),
    "baseline_model": Field(text(1000), "/context/baseline_model"),
}
GOAL = {
    "target_metric": Field(
        optional(one_of((*choices.METRICS, *choices.LATER_METRICS)), ""),
        f"{NEED}/target_metric",
    ),
    "target_value": Field(
        optional(number(-1e300, 1e300)),
        f"{NEED}/target_value",
        "number",
        lambda answers: bool(answers.get("target_metric")),
    ),
    "stop_at_target": Field(
        boolean, kind="bool", applies=lambda answers: bool(answers.get("target_metric"))
    ),
    "max_training_time_hours": Field(
        optional(number(0, 1e6, above=True)), f"{NEED}/max_training_time_hours", "number"
    ),
    "max_inference_time_ms": Field(
        optional(number(0, 1e9, above=True)), f"{NEED}/max_inference_time_ms", "number"
    ),
}
TRAINING = {
    "num_epochs": Field(SIZE, f"{TRAIN}/num_epochs", "int"),
    "batch_size": Field(SIZE, f"{TRAIN}/batch_size", "int"),
    "accumulation_steps": Field(integer(1, 100_000), kind="int"),
    "optimizer": Field(one_of(choices.OPTIMIZERS), f"{TRAIN}/optimizer"),
    "learning_rate": Field(
        number(0, 1000, above=True), f"{TRAIN}/learning_rate", "float"
    ),
    "weight_decay": Field(number(0, 1000), kind="float"),
    "lr_scheduler": Field(one_of(choices.SCHEDULERS), f"{TRAIN}/lr_scheduler"),
    "warmup_epochs": Field(number(0, 1e6), kind="float"),
    "freeze_epochs": Field(integer(0, 1_000_000), kind="int", applies=trains),
    "early_stopping": Field(boolean, f"{STOP}/enabled", "bool"),
    "patience": Field(SIZE, f"{STOP}/patience", "int", when("early_stopping", True)),
    "min_delta": Field(
        number(0, 1e300), f"{STOP}/min_delta", "float", when("early_stopping", True)
    ),
    "monitor": Field(one_of(("val_loss", *(f"val_{name}" for name in choices.METRICS)))),
    "gradient_clipping": Field(
        optional(number(0, 1e300, above=True)), f"{TRAIN}/gradient_clipping", "number"
    ),
    "mixed_precision": Field(boolean, f"{TRAIN}/mixed_precision", "bool"),
    "distributed": Field(boolean, f"{TRAIN}/distributed", "bool"),
    "label_smoothing": Field(
        number(0, 1, below=True), kind="float", applies=when("objective", "single_label")
    ),
    "class_weights": Field(
        boolean, kind="bool", applies=when("task", "classification")
    ),
    "weighted_sampling": Field(
        boolean, kind="bool", applies=when("objective", "single_label")
    ),
    "seed": Field(integer(0, 2**31 - 1), kind="int"),
}
DELIVERY = {
    "tensorboard_enabled": Field(boolean, f"{LOG}/tensorboard_enabled", "bool"),
    "tensorboard_log_dir": Field(
        folder, f"{LOG}/tensorboard_log_dir", applies=when("tensorboard_enabled", True)
    ),
    "checkpoint_dir": Field(folder, f"{LOG}/checkpoint_dir"),
    "save_frequency": Field(SIZE, f"{LOG}/save_frequency", "int"),
    "wandb_enabled": Field(boolean, f"{LOG}/wandb_enabled", "bool"),
    "wandb_project": Field(
        optional(identifier(r"[A-Za-z0-9][A-Za-z0-9_.-]*", "letters, digits, - _ ."), ""),
        f"{LOG}/wandb_project",
        applies=when("wandb_enabled", True),
    ),
    "ema": Field(boolean, kind="bool"),
    "docker": Field(boolean, kind="bool"),
}
FIELDS: dict[str, Field] = {
    **PROJECT,
    **TASK,
    **DATASET,
    **NETWORK,
    **GOAL,
    **TRAINING,
    **DELIVERY,
}
# Fields of a request that become no answer: they are kept with the stored request.
OTHER_FIELDS: dict[str, Rule] = {
    "/request_id": identifier(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "a UUID"),
    "/context/existing_codebase": boolean,
    "/context/codebase_path": location,
}
FROZEN = ("task", "modality", "objective", "architecture", "package_name")


def cast(key: str, value: Any) -> Any:
    """Read what `--data` gave as Copier does for the question's type.

    Where a number is measured 1 becomes 1.0, so that it is one value however it is spelt.
    What cannot be read stays as it is, for the rule to refuse.
    """
    kind = FIELDS[key].kind
    if kind == "text":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return str(value) if number else value
    if isinstance(value, str):
        try:
            value = READERS[kind](value)
        except (ValueError, yaml.YAMLError):
            return value
    if kind in ("float", "number") and type(value) is int:
        return float(value)
    if kind == "numbers" and isinstance(value, list):
        return [float(item) if type(item) is int else item for item in value]
    return value


def truth(word: str) -> bool:
    """Read yes or no."""
    truths = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    if word.strip().lower() not in truths:
        raise ValueError(word)
    return truths[word.strip().lower()]


YES = ("true", "yes", "y", "on", "1", "t")
NO = ("false", "no", "n", "off", "0", "f")
READERS: dict[str, Callable[[str], Any]] = {
    "bool": truth,
    "int": int,
    "float": float,
    "number": yaml.safe_load,
    "numbers": yaml.safe_load,
    "yaml": yaml.safe_load,
}
