"""What shapes, models and weights cannot go together."""

from collections.abc import Iterator

from .catalog import Row, choices
from .catalog.datasets import chosen
from .catalog.features import AUGMENTATIONS
from .catalog.tasks import OBJECTIVES, form_of
from .catalog.text_sources import FORMS
from .fields.field import of_own, reads_columns, split_names
from .problems import Answers, Problem, contradiction, nearest, shown

CHANNELS = (1, 3, 4)  # of grey, colour, and colour with transparency
SIZING = {"resize", "center_crop", "crop"}  # steps after which an image has the wanted size
WHOLE = "resize keeps all of an image, in proportion, and fills the rest"
NOT_SO = {  # why steps do not suit images in which something is marked
    "pad": f"{WHOLE}: leave pad out",
    "crop": f"what is marked may be cut off; {WHOLE}: take resize",
    "center_crop": f"what is marked may be cut off; {WHOLE}: take resize",
    "tokenize": "only text is tokenized: leave it out",
}
SHORTEST = 4  # tokens of a text, of which some are special
FEWEST = 64  # tokens of a vocabulary


def check_shapes(answers: Answers, row: Row) -> Iterator[Problem]:
    """Inputs and outputs have the form that the row takes."""
    shape, outputs = answers["input_shape"], answers["output_shape"]
    if row.modality == "image" and len(shape) != 3:
        message = f"an image is [channels, height, width], not {shown(shape)}"
        yield contradiction("input_shape", "modality", message)
    if row.modality == "image" and len(shape) == 3 and shape[0] not in CHANNELS:
        message = f"an image is [channels, height, width] of 1, 3 or 4 channels, not {shown(shape)}"
        remedy = f"did you mean {[shape[2], *shape[:2]]}?" if shape[2] in CHANNELS else ""
        yield contradiction("input_shape", "modality", message, remedy)
    if row.modality == "text" and len(shape) > 1:
        message = f"a text is [tokens], the most that the model sees, not {shown(shape)}"
        yield contradiction("input_shape", "modality", message)
    if row.modality == "text" and shape and shape[0] < SHORTEST:
        message = f"a text has at least {SHORTEST} tokens, not {shape[0]}"
        yield contradiction("input_shape", "modality", message)
    if row.modality == "table" and len(shape) > 1:
        message = f"a row of a table is [columns], not {shown(shape)}"
        yield contradiction("input_shape", "modality", message)
    form = form_of(row.modality, answers["objective"])
    whole = form == "masks" and isinstance(outputs, list) and outputs[1:] == shape[1:]
    if isinstance(outputs, list) and len(outputs) != 1 and not whole:
        message = f"{row.task} has a number of outputs, not {shown(outputs)}"
        yield contradiction("output_shape", "task", message)
        return
    count = outputs[0] if isinstance(outputs, list) else outputs
    if answers["objective"] == "single_label" and count == 1:
        message = "one class leaves nothing to decide: two are the least"
        yield contradiction("output_shape", "task", message)
    if form in ("corpus", "pairs") and count is not None and count < FEWEST:
        message = f"a vocabulary has at least {FEWEST} tokens, not {count}"
        yield contradiction("output_shape", "objective", message)
    if form == "masks" and count == 1:
        message = "one class leaves nothing to decide: what is none of the others is a class, too"
        yield contradiction("output_shape", "task", message, "count the background: 2")
    names, known = answers["class_names"], OBJECTIVES[answers["objective"]].settings
    if "class_names" in known and names and count not in (None, len(names)):
        message = f"{len(names)} names for {count} classes"
        yield contradiction("class_names", "output_shape", message)


def check_bundled(answers: Answers, row: Row) -> Iterator[Problem]:
    """What is said of a bundled set is true of it."""
    known, shape, names = chosen(answers), answers["input_shape"], answers["class_names"]
    if known is None:
        return
    outputs = answers["output_shape"]
    count = outputs[0] if isinstance(outputs, list) and outputs else outputs
    if count not in (None, known.output_shape) and known.output_shape:
        message = f"{known.name} has {known.output_shape} outputs, not {shown(outputs)}"
        yield contradiction("output_shape", "dataset_name", message)
    if known.class_names and names and set(names) != set(known.class_names):
        message = f"{known.name} has the classes {', '.join(known.class_names)}: "
        yield contradiction("class_names", "dataset_name", f"{message}leave class_names out")
    if known.modality == "table" and tuple(shape) not in ((), known.input_shape):
        message = f"{known.name} has {known.input_shape[0]} columns, not {shape[0]}"
        yield contradiction("input_shape", "dataset_name", message)


def check_columns(answers: Answers, row: Row) -> Iterator[Problem]:
    """There is a column for each output; one column of labels may hold any number."""
    names, outputs = split_names(answers["target_column"]), answers["output_shape"]
    objective, columns = answers["objective"], len(names)
    if not names or not reads_columns(answers):
        return
    if objective == "single_label" and columns > 1:
        message = f"one column names the class, not {columns}: several are for multi_label"
        yield contradiction("target_column", "objective", message)
    elif (objective == "targets" or columns > 1) and outputs not in (None, columns, [columns]):
        message = f"names {columns}, one for each output, of which there are {shown(outputs)}"
        yield contradiction("target_column", "output_shape", message)


def check_image(answers: Answers, row: Row) -> Iterator[Problem]:
    """The size and the channels of an image fit the model and the normalisation."""
    shape = answers["input_shape"]
    if row.modality != "image" or len(shape) != 3 or shape[0] not in CHANNELS:
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
    if "grayscale" in answers["preprocessing"] and shape[0] == 4:
        message = "a grey image has no fourth channel"
        yield contradiction("preprocessing", "input_shape", message)
    known = chosen(answers)
    if known and not SIZING & {*answers["preprocessing"]} and {*sides} != {known.side}:
        message = f"{known.name} has images of {known.side} x {known.side}, not "
        message += f"{sides[0]} x {sides[1]}: add resize"
        yield contradiction("preprocessing", "input_shape", message)


def check_steps(answers: Answers, row: Row) -> Iterator[Problem]:
    """Steps and augmentations suit what an image has as its targets."""
    if row.modality == "table":
        return  # they have no effect
    form = form_of(row.modality, answers["objective"])
    known = {*choices.PREPROCESSING, *NOT_SO}  # what is no step at all is told elsewhere
    others = known - {*choices.STEPS[form]}
    for step in (each for each in answers["preprocessing"] if each in others):
        if form in FORMS:
            message = "it is for images: leave it out"
            yield contradiction("preprocessing", "modality", message)
        else:
            yield contradiction("preprocessing", "task", NOT_SO[step])
    if row.modality == "text":
        return  # augmentations have no effect
    able = [name for name, each in AUGMENTATIONS.items() if form in each.layers]
    for name in (each for each in answers["augmentation"] if each not in able):
        message = f"{name} is not for {form}: choose from {', '.join(able)}"
        yield contradiction("augmentation", "task", message)


def check_patches(answers: Answers, row: Row) -> Iterator[Problem]:
    """A transformer cuts the image into whole patches; others halve it some times."""
    shape, found = answers["input_shape"], row.backbone(answers["backbone"])
    patch = answers["patch_size"] if row.architecture == "vit" else row.multiple
    patch = max(patch or 1, found.patch if found and row.multiple > 1 else 1)
    if len(shape) != 3 or shape[0] not in CHANNELS:
        return
    if shape[1] % patch or shape[2] % patch:
        near = [max(patch, round(side / patch) * patch) for side in shape[1:]]
        message = f"{answers['backbone'] or row.architecture} cuts patches of {patch} pixels: "
        message += "height and width must be multiples of it"
        yield contradiction("input_shape", "backbone", message, f"take {[shape[0], *near]}")


def check_width(answers: Answers, row: Row) -> Iterator[Problem]:
    """The heads of a transformer share its width."""
    width = answers["hidden_dim"]
    if width % row.widths and of_own("hidden_dim")(answers):
        message = f"{row.architecture} has heads of {row.widths}: {width} is no multiple"
        near = max(1, round(width / row.widths)) * row.widths
        yield contradiction("hidden_dim", "architecture", message, f"take {near}")


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
    if answers["pretrained"] and source not in row.weights:
        message = f"{row.architecture} has weights from {' and '.join(row.weights)}, not {source}"
        yield contradiction("pretrained_source", "architecture", message)
    found = row.backbone(name)
    if found is None and row.own and not name and not (row.any_published and answers["pretrained"]):
        return
    if found is None and row.any_published and name:
        return  # somebody published it, or it is a folder: the project says so if not
    if found is None:
        names = [each.name for each in row.backbones if not each.deprecated]
        message = f"{shown(name)} is not a backbone of {row.architecture}: "
        yield contradiction("backbone", "architecture", message + nearest(name, names))
        return
    if not row.has(found, source):
        message = f"{choices.LIBRARIES[source]} has no {name}: take another source or backbone"
        yield contradiction("pretrained_source", "backbone", message)
