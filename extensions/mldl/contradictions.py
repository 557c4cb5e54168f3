"""What cannot be true together: answers that fit alone but not with each other."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .catalog import Row, choices, find, offered, summary
from .catalog.datasets import bundled
from .problems import Problem, nearest, shown

Answers = Mapping[str, Any]  # complete: given, and advised where nothing was given


def contradiction(key: str, other: str, message: str) -> Problem:
    """Return the problem that `key` and `other` cannot both be as they are."""
    return Problem("contradiction", key, message, other)


def check(answers: Answers) -> list[Problem]:
    """Return everything that does not fit together."""
    refusals = list(refuse_cell(answers))
    if refusals:
        return refusals[:1]  # the rest would be judged against a cell that is not there
    row = find(answers["task"], answers["modality"], answers["architecture"])
    assert row is not None
    return [problem for each in CHECKS for problem in each(answers, row)]


def refuse_cell(answers: Answers) -> Iterator[Problem]:
    """Find what is wrong with the cell itself."""
    task, modality = answers["task"], answers["modality"]
    architecture = answers["architecture"]
    if not offered(task, modality):
        key = "task" if task in choices.LATER_TASKS else "modality"
        what = task if key == "task" else f"{task} of {modality}"
        message = f"{what} is not offered yet: this version has {summary()}"
        yield Problem("out_of_range", key, message)
    elif find(task, modality, architecture) is None:
        names = [row.architecture for row in offered(task, modality)]
        purpose = choices.LATER_ARCHITECTURES.get(architecture)
        message = f"{architecture} is for {purpose or 'images'}, not for {task} of "
        message += f"{modality}s: {nearest(architecture, names)}"
        yield contradiction("architecture", "task" if purpose else "modality", message)


def check_objective(answers: Answers, row: Row) -> Iterator[Problem]:
    """The objective and the metric belong to the row."""
    objective, metric = answers["objective"], answers["target_metric"]
    if objective not in row.objectives:
        message = f"{objective} is not an objective of {row.task} of {row.modality}s: "
        yield contradiction("objective", "task", message + nearest(objective, row.objectives))
    elif metric and metric not in row.metrics[objective]:
        names = row.metrics[objective]
        message = f"{metric} does not measure {row.task}: choose from {', '.join(names)}"
        yield contradiction("target_metric", "task", message)
    else:
        names = ("val_loss", *(f"val_{name}" for name in row.metrics[objective]))
        if answers["monitor"] not in names:
            message = f"{answers['monitor']} is not measured: choose from {', '.join(names)}"
            yield contradiction("monitor", "task", message)


def check_source(answers: Answers, row: Row) -> Iterator[Problem]:
    """The source of the data can feed the cell."""
    source, name = answers["data_source"], answers["dataset_name"]
    sources = choices.SOURCES_OF[row.task, row.modality]
    if source not in sources:
        message = f"{source} does not hold what {row.task} of {row.modality}s needs: "
        yield contradiction("data_source", "modality", message + nearest(source, sources))
    elif source == "bundled":
        found = bundled(name)
        if found is None or (found.task, found.modality) != (row.task, row.modality):
            message = f"{shown(name)} is no bundled data set for {row.task} of "
            message += f"{row.modality}s"
            yield contradiction("dataset_name", "data_source", message)
    elif source in ("image_folder", "torchvision") and answers["objective"] != "single_label":
        message = f"{source} gives each image one class: take image_csv"
        yield contradiction("data_source", "objective", message)


def check_shapes(answers: Answers, row: Row) -> Iterator[Problem]:
    """Inputs and outputs have the form that the row takes."""
    shape, outputs = answers["input_shape"], answers["output_shape"]
    if row.modality == "image" and len(shape) != 3:
        message = f"an image is [channels, height, width], not {shown(shape)}"
        yield contradiction("input_shape", "modality", message)
    if row.modality == "table" and len(shape) > 1:
        message = f"a row of a table is [columns], not {shown(shape)}"
        yield contradiction("input_shape", "modality", message)
    if isinstance(outputs, list) and len(outputs) != 1:
        message = f"{row.task} has a number of outputs, not {shown(outputs)}"
        yield contradiction("output_shape", "task", message)
        return
    count = outputs[0] if isinstance(outputs, list) else outputs
    if answers["objective"] == "single_label" and count == 1:
        message = "one class leaves nothing to decide: two are the least"
        yield contradiction("output_shape", "task", message)
    names = answers["class_names"]
    if row.task == "classification" and names and count not in (None, len(names)):
        message = f"{len(names)} names for {count} classes"
        yield contradiction("class_names", "output_shape", message)
    known = bundled(answers["dataset_name"]) if answers["data_source"] == "bundled" else None
    if known and count not in (None, known.output_shape):
        message = f"{known.name} has {known.output_shape} outputs, not {count}"
        yield contradiction("output_shape", "dataset_name", message)
    if known and known.modality == "table" and tuple(shape) not in ((), known.input_shape):
        message = f"{known.name} has {known.input_shape[0]} columns, not {shape[0]}"
        yield contradiction("input_shape", "dataset_name", message)


def check_image(answers: Answers, row: Row) -> Iterator[Problem]:
    """The size and the channels of an image fit the model and the normalisation."""
    shape = answers["input_shape"]
    if row.modality != "image" or len(shape) != 3:
        return
    sides = shape[1:]
    if min(sides) < row.min_size:
        message = f"{row.architecture} takes images from {row.min_size} pixels a side"
        yield contradiction("input_shape", "architecture", message)
    for key in ("normalization_mean", "normalization_std"):
        values = answers[key]
        if values and len(values) != shape[0]:
            message = f"{len(values)} values for {shape[0]} channels"
            yield contradiction(key, "input_shape", message)
    mean, std = answers["normalization_mean"], answers["normalization_std"]
    if bool(mean) != bool(std):
        message = "the mean and the standard deviation are given together, or neither"
        yield contradiction("normalization_mean", "normalization_std", message)
    if "grayscale" in answers["preprocessing"] and shape[0] == 4:
        message = "a grey image has no fourth channel"
        yield contradiction("preprocessing", "input_shape", message)


def check_patches(answers: Answers, row: Row) -> Iterator[Problem]:
    """A transformer cuts the image into whole patches."""
    shape, patch = answers["input_shape"], answers["patch_size"]
    if row.architecture != "vit" or len(shape) != 3 or not patch:
        return
    if shape[1] % patch or shape[2] % patch:
        near = [max(patch, round(side / patch) * patch) for side in shape[1:]]
        message = f"{answers['backbone']} cuts patches of {patch} pixels: height and "
        message += f"width must be multiples of it, such as {near}"
        yield contradiction("input_shape", "backbone", message)


def check_backbone(answers: Answers, row: Row) -> Iterator[Problem]:
    """The backbone belongs to the architecture, and its library has it."""
    name, source = answers["backbone"], answers["pretrained_source"]
    if not row.backbones:
        if name:
            message = f"{row.architecture} is built without the backbone {shown(name)}"
            yield contradiction("backbone", "architecture", message)
        if answers["pretrained"]:
            message = f"{row.architecture} has no pretrained weights"
            yield contradiction("pretrained", "architecture", message)
        return
    found = row.backbone(name)
    if found is None:
        names = [each.name for each in row.backbones if not each.deprecated]
        message = f"{shown(name)} is not a backbone of {row.architecture}: "
        yield contradiction("backbone", "architecture", message + nearest(name, names))
        return
    library = {"torchvision": "torchvision", "huggingface": "timm"}.get(source)
    if library and library not in found.libraries:
        message = f"{library} has no {name}: take another source or backbone"
        yield contradiction("pretrained_source", "backbone", message)


def check_split(answers: Answers, row: Row) -> Iterator[Problem]:
    """The shares of training, validation and test make a whole, and none is empty."""
    shares, samples = answers["train_val_test_split"], answers["num_samples"]
    key = "train_val_test_split"
    if len(shares) != 3:
        message = f"must be three shares, such as [0.7, 0.15, 0.15], not {shown(shares)}"
        yield contradiction(key, key, message)
    elif min(shares) <= 0:
        worst = shares.index(min(shares))
        message = f"every share must be above 0, not {shares[worst]:g}"
        yield contradiction(key, f"{key}/{worst}", message)
    elif abs(sum(shares) - 1) > 1e-6:
        message = f"the shares add up to {sum(shares):g}, not to 1"
        yield contradiction(key, f"{key}/2", message)
    elif samples is not None and min(shares) * samples < 1:
        message = f"a share of {min(shares):g} of {samples} samples is empty"
        yield contradiction(key, "num_samples", message)


def check_folders(answers: Answers, row: Row) -> Iterator[Problem]:
    """Logs, checkpoints and data have folders of their own."""
    keys = ["checkpoint_dir"]
    if answers["tensorboard_enabled"]:
        keys.append("tensorboard_log_dir")
    places = {key: str(answers[key]).rstrip("/").lower() for key in keys}
    if len(set(places.values())) < len(places):
        message = "logs and checkpoints need folders of their own"
        yield contradiction("tensorboard_log_dir", "checkpoint_dir", message)
    for key, place in places.items():
        if place.split("/")[0] == answers["package_name"]:
            message = f"{place} holds the code of the project"
            yield contradiction(key, "package_name", message)


Check = Callable[[Answers, Row], Iterator[Problem]]
CHECKS: tuple[Check, ...] = (
    check_objective,
    check_source,
    check_shapes,
    check_image,
    check_patches,
    check_backbone,
    check_split,
    check_folders,
)
