"""Answers about the project, its task and its data."""

from .. import names
from ..catalog import choices
from ..rules import (
    distinct,
    integer,
    list_of,
    location,
    number,
    one_of,
    optional,
    text,
)
from .field import Field, reads_columns, when

IMAGE = when("modality", "image")
NAMED = when("data_source", "bundled", "torchvision", "huggingface")
INFO = "/ml_task/dataset_info"
DATA = "/data_config"
COMPUTE = "/context/compute_resources"
SIZE = integer(1, 1_000_000)
LINE = text(200)


def count_or_shape(value: object) -> None:
    """Accept a number of outputs, a list of sizes, or nothing."""
    if isinstance(value, list):
        list_of(SIZE, 3)(value)
    else:
        optional(SIZE)(value)


PROJECT = {
    "setup": Field(one_of(choices.SETUPS)),
    "project_name": Field(names.project_name),
    "package_name": Field(names.package_name),
    "problem_description": Field(text(4000, lines=True), "/ml_task/problem_description"),
    "author_name": Field(LINE),
    "license": Field(one_of(choices.LICENSES)),
    "task_type": Field(
        one_of(choices.TASK_TYPES),
        "/task_type",
        applies=when("task_type", "training", "deployment"),
        idle="the project is the one for training",
    ),
}
TASK = {
    "task": Field(one_of(choices.TASKS, choices.LATER_TASKS), "/ml_task/type"),
    "modality": Field(one_of(choices.MODALITIES, choices.LATER_MODALITIES), "/ml_task/modality"),
    "objective": Field(one_of(choices.OBJECTIVES), "/ml_task/objective"),
    "gpus": Field(integer(0, 100_000), f"{COMPUTE}/gpus", "int"),
    "memory_gb": Field(optional(number(0, 1e6, above=True)), f"{COMPUTE}/memory_gb", "number"),
    "cpu_cores": Field(optional(integer(1, 100_000)), f"{COMPUTE}/cpu_cores", "yaml"),
}
DATASET = {
    "data_loader": Field(one_of(choices.LOADERS), f"{DATA}/data_loader"),
    "data_source": Field(one_of(choices.SOURCES), f"{INFO}/data_source"),
    "dataset_name": Field(
        LINE, f"{INFO}/dataset_name", applies=NAMED, idle="the data are found by dataset_path"
    ),
    "dataset_path": Field(location, f"{INFO}/dataset_path"),
    "target_column": Field(LINE, f"{INFO}/target_column", applies=reads_columns),
    "input_shape": Field(list_of(SIZE, 3), f"{INFO}/input_shape", "yaml"),
    "output_shape": Field(count_or_shape, f"{INFO}/output_shape", "yaml"),
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
        distinct(list_of(one_of(choices.PREPROCESSING, choices.LATER_PREPROCESSING))),
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
