"""Layers and dependencies of what a project has besides its cell and its data.

Only append: a name that a project was made with must stay known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Answers = Mapping[str, Any]
Layers = Mapping[str, tuple[str, ...]]
JOINT = ("boxes", "masks", "instances")  # the forms of samples whose targets move with the image


@dataclass(frozen=True)
class Feature:
    """What is rendered where the answer of this name is yes, or not empty."""

    name: str
    layers: tuple[str, ...]
    dependencies: tuple[str, ...] = ()
    layers_of: Layers = field(default_factory=dict)  # by `form_of`, on top


@dataclass(frozen=True)
class Augmentation:
    """A random change of training images."""

    name: str
    reason: str
    layers: Layers  # by `form_of` of the samples that it is for
    mixes: bool = False  # blends several images and their targets


def pixels(*names: str) -> tuple[str, ...]:
    """Return the layers of what changes no place: the same beside any targets."""
    return ("packages/augmentations", *(f"image/augmentation/{name}" for name in names))


def moves(name: str, needs: tuple[str, ...] = (), joint: tuple[str, ...] = ()) -> Layers:
    """Return the layers of what moves the targets too: a map for each sample; or labels alone.

    Args:
        name: The augmentation.
        needs: What it shares with others where there is nothing to move.
        joint: Likewise, where there is.
    """
    shared = pixels(*joint) if joint else ()
    moving = ("packages/moves", *shared, f"image/joint/augmentation/{name}")
    return {"labels": pixels(*needs, name), **dict.fromkeys(JOINT, moving)}


def everywhere(layers: tuple[str, ...]) -> Layers:
    """Return the same layers for all forms of images."""
    return dict.fromkeys(("labels", *JOINT), layers)


FEATURES = (
    Feature(
        "augmentation",
        ("engine/draws", "image/augmentation"),
        layers_of={
            "labels": ("packages/augmentations",),
            "boxes": ("image/joint/augmentation", "image/boxes/augmentation"),
            "masks": (
                "image/joint/augmentation",
                "image/joint/augmentation/masks",
                "image/masks/augmentation",
            ),
            "instances": (
                "image/joint/augmentation",
                "image/joint/augmentation/masks",
                "image/instances/augmentation",
            ),
        },
    ),
    Feature("mixes", ("packages/mixing",)),
    Feature("remote", ("features/download",)),
    Feature("tensorboard_enabled", ("features/tensorboard",), ("tensorboard",)),
    Feature("wandb_enabled", ("features/wandb",), ("wandb",)),
    Feature("ema", ("features/ema",)),
    Feature("lora", ("models/text/lora",), ("peft",)),
    Feature("distributed", ("packages/distributed", "features/distributed")),
    Feature("docker", ("features/docker",)),
    Feature("slurm", ("features/slurm",)),
    Feature("kubernetes", ("features/kubernetes",)),
    Feature("engine_tests", ("engine/draws", "engine/streaming", "engine/own_tests")),
)

OPERATIONS = pixels("color", "affine", "operations")
AUGMENTATIONS = {
    each.name: each
    for each in (
        Augmentation(
            "random_crop", "shifts by some pixels; good for small images", moves("random_crop")
        ),
        Augmentation(
            "random_resized_crop",
            "cuts out, scales up; for photographs",
            moves("random_resized_crop", ("boxes",), ("boxes",)),
        ),
        Augmentation(
            "horizontal_flip", "where left and right mean the same", moves("horizontal_flip")
        ),
        Augmentation("vertical_flip", "where up and down mean the same", moves("vertical_flip")),
        Augmentation("rotation", "turns by some degrees", moves("rotation", ("affine",))),
        Augmentation(
            "color_jitter",
            "changes brightness, contrast and saturation",
            everywhere(pixels("color", "color_jitter")),
        ),
        Augmentation(
            "random_erasing",
            "blanks a rectangle",
            dict.fromkeys(("labels", "boxes"), pixels("inside", "boxes", "random_erasing")),
        ),
        Augmentation(
            "gaussian_blur", "takes the sharpness away", everywhere(pixels("gaussian_blur"))
        ),
        Augmentation(
            "randaugment",
            "two random operations of fixed strength",
            {"labels": (*OPERATIONS, *pixels("randaugment"))},
        ),
        Augmentation(
            "trivial_augment",
            "one random operation; nothing to tune",
            {"labels": (*OPERATIONS, *pixels("trivial_augment"))},
        ),
        Augmentation(
            "mixup",
            "blends two images and their targets",
            {"labels": pixels("mixup")},
            mixes=True,
        ),
        Augmentation(
            "cutmix",
            "pastes a piece of one image into another",
            {"labels": pixels("inside", "cutmix")},
            mixes=True,
        ),
        Augmentation(
            "scale_jitter",
            "scales by half to one and a half",
            {form: moves("scale_jitter")[form] for form in JOINT},
        ),
        Augmentation(
            "mosaic",
            "puts parts of four images together",
            {"boxes": ("image/boxes/augmentation/mosaic",)},
            mixes=True,
        ),
    )
}

LICENSES = {
    "MIT": "do what you like",
    "Apache-2.0": "the same, with a grant of patents",
    "BSD-3-Clause": "like MIT, without using the author's name",
    "GPL-3.0-or-later": "who passes it on passes the source on",
    "Proprietary": "all rights reserved",
}
