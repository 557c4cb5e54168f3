"""Advice on the data: where they are, how they are split, what is done to them."""

from ..catalog.datasets import chosen, fitting, seen
from ..catalog.features import JOINT
from ..catalog.sources import SOURCES
from ..catalog.tasks import form_of
from .advisor import Advice, Facts, advises, always, is_small


@advises("dataset_name")
def dataset_name(facts: Facts) -> Advice:
    """Take the first bundled set that fits."""
    sets = fitting(facts["task"], facts["modality"], facts["objective"])
    if facts["data_source"] == "bundled" and sets:
        return Advice(sets[0].name, sets[0].label)
    return Advice("", "the path says enough")


@advises("dataset_path")
def dataset_path(facts: Facts) -> Advice:
    """Keep data in the folder `data`; sets of a library go by their name."""
    if found := chosen(facts):
        return Advice(found.path, "where data.fetch writes it")
    source = SOURCES[facts["data_source"]]
    name = facts["dataset_name"] or example(facts)[0]
    if source.by_name and name:  # the hub has no small set for some tasks
        return Advice(name, "the name by which the library knows it")
    return Advice(source.usual, "put your data there")


def example(facts: Facts) -> tuple[str, str]:
    """Return a small set that the source has for the objective, and the column of its targets."""
    cell = (facts["modality"], facts["objective"])
    return SOURCES[facts["data_source"]].examples.get(cell, ("", ""))


@advises("target_column")
def target_column(facts: Facts) -> Advice:
    """Name the column that bundled tables use; otherwise the readers' default holds."""
    if facts["modality"] == "table" and facts["data_source"] == "bundled":
        return Advice("target", "its name in the bundled tables")
    name, column = example(facts)
    if column and facts["dataset_path"] == name:
        return Advice(column, f"its name in {name}")
    return Advice("", "the reader takes the usual columns")


@advises("input_shape")
def input_shape(facts: Facts) -> Advice:
    """Take the set's shape where it is known, or the size most networks were trained on."""
    if found := chosen(facts):
        return Advice(list(found.input_shape), f"fits {found.name}")
    if shape := seen(facts)[0]:
        return Advice(list(shape), f"fits {facts['dataset_path']}")
    if facts["modality"] == "image":
        return usual_size(facts)
    if facts["modality"] == "text":
        return usual_length(facts)
    return Advice([], "the columns are counted in the table")


def usual_length(facts: Facts) -> Advice:
    """Return how many tokens of a text a model sees where nobody says it."""
    if form_of("text", facts["objective"]) == "text":
        return Advice([256], "most texts are shorter; longer ones are cut, and counted")
    return Advice([128], "most sentences are shorter; longer ones are cut, and counted")


def usual_size(facts: Facts) -> Advice:
    """Return the size of images that a model sees where nobody names one."""
    form = form_of(facts["modality"], facts["objective"])
    if form == "labels":
        return Advice([3, 224, 224], "the size that published networks were trained on")
    if facts["data_source"] == "custom":
        return Advice([3, 128, 128], "enough for the example")
    if form == "masks":
        return Advice([3, 256, 256], "a start: more shows finer outlines, and takes longer")
    if facts["gpus"]:
        return Advice([3, 640, 640], "the size that published detectors see, about")
    return Advice([3, 320, 320], "what a CPU can train; small objects need more")


@advises("output_shape")
def output_shape(facts: Facts) -> Advice:
    """Take the bundled set's count, or the class names'."""
    found = chosen(facts)
    if found and found.output_shape:
        return Advice(found.output_shape, f"fits {found.name}")
    if names := facts.get("class_names"):
        return Advice(len(names), "one for each class name")
    return Advice(None, "the data tell")


always("class_names", [], "the data tell")


@advises("num_samples")
def num_samples(facts: Facts) -> Advice:
    """Take the set's size where it is known."""
    if found := chosen(facts):
        return Advice(found.num_samples, f"the size of {found.name}")
    if count := seen(facts)[1]:
        return Advice(count, f"the size of {facts['dataset_path']}")
    return Advice(None, "not stated")


@advises("train_val_test_split")
def train_val_test_split(facts: Facts) -> Advice:
    """Keep more for training where there is much, and leave no split empty."""
    found = chosen(facts)
    if found and (usual := found.defaults.get("train_val_test_split")):
        return Advice(list(usual), f"the usual one of {found.name}")
    if (facts["num_samples"] or 0) > 20_000:
        return Advice([0.9, 0.05, 0.05], "a small fraction of much is enough to measure")
    if facts["num_samples"] in (5, 6):
        return Advice([0.6, 0.2, 0.2], "a sample in each split")
    return Advice([0.7, 0.15, 0.15], "enough left to measure on")


always("split_seed", 0, "which sample goes where; fixed, so that results compare")


@advises("augmentation")
def augmentation(facts: Facts) -> Advice:
    """Change training images only in ways that cannot change what they show."""
    if facts["modality"] != "image":
        return Advice([], "for images alone")
    if facts["task"] == "regression":
        return Advice([], "a changed image may have another target: choose with care")
    known = chosen(facts)
    if known and (names := known.defaults.get("augmentation")):
        return Advice([*names], "what these images allow")
    form = form_of(facts["modality"], facts["objective"])
    if form in JOINT:
        return Advice(["horizontal_flip"], "what is marked is turned with the image")
    if is_small(facts):
        return Advice(["random_crop"], "a shift never changes the class of a small image")
    names = ["random_resized_crop", "horizontal_flip"]
    return Advice(names, "the usual pair for photographs")


@advises("preprocessing")
def preprocessing(facts: Facts) -> Advice:
    """Bring images to one size, and make tokens of texts."""
    if facts["modality"] == "text":
        return Advice(["tokenize"], "a model sees tokens")
    if facts["modality"] != "image":
        return Advice([], "for images alone")
    return Advice(["resize"], "all images get the size of input_shape")


always("normalization_mean", [], "computed from the training split")
always("normalization_std", [], "computed from the training split")
