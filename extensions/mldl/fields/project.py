"""Answers about the project, its task and the machine that it is for."""

from .. import names
from ..catalog import choices
from ..rules import integer, number, one_of, optional, text
from .field import Field, when

COMPUTE = "/context/compute_resources"
LINE = text(200)

PROJECT = {
    "setup": Field("How much do you want to be asked?", one_of(choices.SETUPS)),
    "project_name": Field("What is the project called?", names.project_name),
    "package_name": Field("Name of the Python package", names.package_name),
    "problem_description": Field(
        "What is the problem, in a sentence?",
        text(4000, lines=True),
        "/ml_task/problem_description",
    ),
    "author_name": Field("Who writes it?", LINE),
    "license": Field("Under which licence?", one_of(choices.LICENSES)),
    "task_type": Field(
        "What is the project for?",
        one_of(choices.TASK_TYPES),
        "/task_type",
        applies=when("task_type", "training", "deployment"),
        idle="the project is the one for training",
    ),
}
TASK = {
    "task": Field(
        "What is to be learnt?", one_of(choices.TASKS, choices.LATER_TASKS), "/ml_task/type"
    ),
    "modality": Field(
        "What do you learn it from?",
        one_of(choices.MODALITIES),
        "/ml_task/modality",
    ),
    "objective": Field(
        "What is the answer for one sample?", one_of(choices.OBJECTIVES), "/ml_task/objective"
    ),
    "gpus": Field(
        "How many GPUs will train it, all nodes together?",
        integer(0, 100_000),
        f"{COMPUTE}/gpus",
        "int",
    ),
    "memory_gb": Field(
        "How much memory has the device, in GB? (blank: not known)",
        optional(number(0, 1e6)),
        f"{COMPUTE}/memory_gb",
        "limit",
    ),
    "cpu_cores": Field(
        "How many CPU cores? (blank: not known)",
        optional(integer(1, 100_000)),
        f"{COMPUTE}/cpu_cores",
        "count",
    ),
}
