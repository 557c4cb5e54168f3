"""Advice on the model: size against data, compute and the time that is left to answer."""

from typing import Any

from ..catalog import Backbone, Row, choices, offered
from .advisor import Advice, Facts, advises, always, defaults, is_small


@advises("architecture")
def architecture(facts: Facts) -> Advice:
    """Take the family of the backbone, or the first that takes images of the size in time."""
    rows = [row for row in offered(facts["task"], facts["modality"]) if not row.deprecated]
    rows = [row for row in rows if facts["objective"] in row.objectives] or rows
    if not rows:
        return Advice("custom", "nothing else is known")
    for row in rows:
        if row.backbone(facts.get("backbone") or ""):
            return Advice(row.architecture, f"{facts['backbone']} belongs to it")
    sides = facts["input_shape"][1:]
    if name := facts.get("backbone"):
        open_to_all = [row for row in rows if row.any_published]
        rows = open_to_all or rows  # a network at the hub that nobody listed
        if open_to_all:
            return Advice(rows[0].architecture, f"{name} may be one of its kind")
    rows = [row for row in rows if not sides or min(sides) >= row.min_size] or rows
    able = [row for row in rows if facts["gpus"] or not row.heavy] or rows
    return Advice(able[0].architecture, able[0].reason)


always("size", "auto", "as the data and the machine suggest")


@advises("pretrained")
def pretrained(facts: Facts) -> Advice:
    """Borrow features where data are few and images are like those of ImageNet."""
    row: Row | None = facts["row"]
    if row is None or not row.backbones:
        return Advice(False, "there are no weights for it")
    if is_small(facts):
        return Advice(False, "images this small learn well from scratch")
    if facts["data_source"] == "bundled":
        return Advice(False, "the bundled sets need no weights, so no network")
    if facts["modality"] == "text" and any(
        facts.get(each) for each in ("num_layers", "hidden_dim")
    ):
        return Advice(False, "a network of a size of your own has no weights yet")
    if facts["objective"] == "language_model" and not (facts["gpus"] or facts.get("backbone")):
        return Advice(False, "without a GPU, a small one of its own learns in the time there is")
    samples = facts["num_samples"]
    if samples is not None and samples > 200_000:
        return Advice(False, f"{samples:,} samples are enough to start from scratch")
    return Advice(True, "features learnt on a large set help where data are few")


@advises("pretrained_source")
def pretrained_source(facts: Facts) -> Advice:
    """Take the library that knows the backbone."""
    row: Row | None = facts["row"]
    found = row.backbone(facts.get("backbone") or "") if row else None
    if row and (row.library or row.any_published):
        return Advice(row.weights[0], f"it has the weights of {row.architecture}")
    if found and len(found.libraries) == 1:
        (library,) = found.libraries
        sources = {name: source for source, name in choices.LIBRARIES.items()}
        return Advice(sources[library], f"only {library} has {found.name}")
    if row and row.weights[0] == "torchvision":
        return Advice("torchvision", f"it has weights of the whole {row.label}")
    return Advice("huggingface", "it has the wider choice")


def patch_size(backbone: Backbone, facts: Facts) -> int | None:
    """Return the side of a patch in pixels; None where there are no patches to choose."""
    row: Row = facts["row"]
    if "patch_size" not in row.settings:
        return None
    if facts["pretrained_source"] == "torchvision" or not is_small(facts):
        return backbone.patch
    return row.small_patch


def divides(backbone: Backbone, facts: Facts) -> bool:
    """Say whether the image is a whole number of patches high and wide."""
    patch = patch_size(backbone, facts)
    return not patch or not any(side % patch for side in facts["input_shape"][1:])


@advises("backbone")
def backbone(facts: Facts) -> Advice:
    """Weigh size against the images, the data and the time allowed for an answer."""
    row: Row | None = facts["row"]
    if row is None or not row.backbones:
        return Advice("", "it has none")
    if row.any_published and facts["pretrained"] and facts["pretrained_source"] == "custom":
        path = facts.get("weights_path") or defaults(facts)["weights_path"]
        return Advice(path, "where your model is")
    if row.own and not facts["pretrained"]:
        return Advice("", "without weights, a small one of its own learns faster")
    able = row.fitting(facts["pretrained_source"])
    able = [each for each in able if divides(each, facts)] or able
    named = f"{row.architecture}{facts.get('num_layers')}"  # 50 layers of a resnet: resnet50
    if any(each.name == named for each in able):
        return Advice(named, "it has the number of layers that is asked for")
    if sized := row.sized(facts["size"], facts["pretrained_source"]):
        nearest = "" if sized.name == picked(facts, "backbone") else "the nearest there is to "
        return Advice(sized.name, f"{nearest}size {facts['size']}")
    if not is_small(facts):
        able = [each for each in able if each.parameters > 1]  # the others are for trials
    if not able:
        return Advice(row.defaults["backbone"], "the usual choice")
    smallest = min(able, key=lambda each: each.gflops)
    wanted = row.small_backbone if is_small(facts) else row.defaults["backbone"]
    chosen = next((each for each in able if each.name == wanted), smallest)
    if is_small(facts):
        return Advice(chosen.name, "small images do not fill a larger network")
    if within(facts) and chosen.gflops > within(facts):
        able = [each for each in able if each.gflops <= within(facts)] or [smallest]
        quick = max(able, key=lambda each: each.gflops)
        limit = facts["max_inference_time_ms"]
        return Advice(quick.name, f"an answer within {limit:g} ms allows no larger one")
    light = next((each for each in able if each.name == row.light_backbone), smallest)
    if not facts["gpus"] and not facts["pretrained"] and chosen is not light:
        return Advice(light.name, "from scratch on a CPU, a larger one takes too long")
    return Advice(chosen.name, chosen.reason)


def within(facts: Facts) -> float:
    """Return the GFLOPs that fit the time for an answer; 0 where nobody set one.

    30 GFLOP/s a core is cautious: half of what docs/benchmarks.md has for ResNet-18 in training.
    A GPU is taken to be a hundred times as fast.
    """
    limit = facts.get("max_inference_time_ms")
    if not limit:
        return 0.0
    speed = 3000 if facts["gpus"] else 30 * min(facts["cpu_cores"] or 1, 8)
    return float(limit / 1000 * speed)


@advises("weights_path")
def weights_path(facts: Facts) -> Advice:
    """Keep a file of weights beside the project."""
    row: Row | None = facts["row"]
    if row and row.any_published:
        return Advice("", "the backbone names them, or their folder")
    if facts["pretrained"] and facts["pretrained_source"] == "custom":
        usual = defaults(facts).get("weights_path", "weights/model.safetensors")
        return Advice(usual, "put your weights there")
    return Advice("", "the library fetches its own")


def picked(facts: Facts, key: str) -> Any:
    """Return what the size picks for an answer, if it picks anything."""
    row: Row | None = facts["row"]
    return row.sizes.get(facts["size"], {}).get(key) if row else None


@advises("num_layers")
def num_layers(facts: Facts) -> Advice:
    """Take the depth of the size, or the row's."""
    if (value := picked(facts, "num_layers")) is not None:
        return Advice(value, f"size {facts['size']}")
    return Advice(defaults(facts).get("num_layers", 2), "enough for data of this size")


@advises("hidden_dim")
def hidden_dim(facts: Facts) -> Advice:
    """Take the width of the size, or the row's."""
    if (value := picked(facts, "hidden_dim")) is not None:
        return Advice(value, f"size {facts['size']}")
    return Advice(defaults(facts).get("hidden_dim", 64), "enough for data of this size")


@advises("dropout")
def dropout(facts: Facts) -> Advice:
    """Drop more where data are few."""
    value = defaults(facts).get("dropout", 0.1)
    return Advice(float(value), "a light guard against overfitting")


@advises("activation")
def activation(facts: Facts) -> Advice:
    """Take the row's."""
    return Advice(defaults(facts).get("activation", "relu"), "the fastest")


always("baseline_model", "", "none to compare with")
