"""Answers about the data, and what happens to them before the model."""

from ..catalog import choices
from ..catalog.sources import SOURCES
from ..catalog.tasks import form_of
from ..rules import distinct, integer, list_of, location, number, one_of, optional, text
from .field import Answers, Field, has_name, of_task, reads_columns, when

IMAGE, READ = when("modality", "image"), when("modality", "image", "text")
INFO = "/ml_task/dataset_info"
DATA = "/data_config"
SIZE = integer(1, 1_000_000)
LINE = text(200)


def count_or_shape(value: object) -> None:
    """Accept a number of outputs, a list of sizes, or nothing."""
    if isinstance(value, list):
        list_of(SIZE, 3)(value)
    else:
        optional(SIZE)(value)


def which_path(answers: Answers) -> str:
    """Ask for what the source reads."""
    return SOURCES[answers["data_source"]].question


def which_outputs(answers: Answers) -> str:
    """Ask for the number of outputs, which are tokens in some texts."""
    if form_of(answers["modality"], answers["objective"]) in ("corpus", "pairs"):
        return "How many tokens has the vocabulary? (blank: the usual number)"
    return "How many classes or targets? (blank: the data tell)"


def which_shape(answers: Answers) -> str:
    """Ask for the shape of one input."""
    if answers["modality"] == "text":
        return "How many tokens of a text does the model see at most?"
    if answers["modality"] == "image":
        return "Which images does the model see? channels, height, width"
    return "How many columns? (blank: they are counted)"


DATASET = {
    "data_loader": Field(
        "Which library reads the data?", one_of(choices.LOADERS), f"{DATA}/data_loader"
    ),
    "data_source": Field("Where are the data?", one_of(choices.SOURCES), f"{INFO}/data_source"),
    "dataset_name": Field(
        "Which data set?",
        LINE,
        f"{INFO}/dataset_name",
        applies=has_name,
        idle="the data are found by dataset_path",
    ),
    "dataset_path": Field(which_path, location, f"{INFO}/dataset_path", "path"),
    "target_column": Field(
        "Which column holds the target? (blank: the usual one)",
        LINE,
        f"{INFO}/target_column",
        applies=reads_columns,
    ),
    "input_shape": Field(which_shape, list_of(SIZE, 3), f"{INFO}/input_shape", "shape"),
    "output_shape": Field(
        which_outputs,
        count_or_shape,
        f"{INFO}/output_shape",
        "count_or_shape",
    ),
    "class_names": Field(
        "Names of the classes, such as cat, dog (blank: the data tell)",
        distinct(list_of(text(100))),
        f"{INFO}/class_names",
        "names",
        of_task("class_names"),
    ),
    "num_samples": Field(
        "About how many samples are there? (blank: not known)",
        optional(integer(1, 10**12)),
        f"{INFO}/num_samples",
        "count",
    ),
    "train_val_test_split": Field(
        "Fractions for train, val and test, such as 0.7, 0.15, 0.15",
        list_of(number(-1e6, 1e6), 3),
        f"{INFO}/train_val_test_split",
        "numbers",
    ),
    "split_seed": Field("Random seed of the split", integer(0, 2**31 - 1), kind="int"),
    "augmentation": Field(
        "Which random augmentations of training images?",
        distinct(list_of(one_of(choices.AUGMENTATIONS))),
        f"{DATA}/augmentation",
        "list",
        IMAGE,
    ),
    "preprocessing": Field(
        "How do images come to one size? (applied in this order)",
        distinct(list_of(one_of(choices.PREPROCESSING))),
        f"{DATA}/preprocessing",
        "list",
        READ,
    ),
    "normalization_mean": Field(
        "Mean of each channel (blank: computed from the training split)",
        list_of(number(-1e6, 1e6)),
        f"{DATA}/normalization/mean",
        "numbers",
        IMAGE,
    ),
    "normalization_std": Field(
        "Standard deviation of each channel (blank: computed)",
        list_of(number(0, 1e6, above=True)),
        f"{DATA}/normalization/std",
        "numbers",
        IMAGE,
    ),
}
