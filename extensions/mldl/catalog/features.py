"""Layers and dependencies of what a project has besides its cell and its data.

Only append: a name that a project was made with must stay known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Feature:
    """What is rendered where the answer of this name is yes, or not empty."""

    name: str
    layers: tuple[str, ...]
    dependencies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Augmentation:
    """A random change of training images."""

    name: str
    reason: str
    needs: tuple[str, ...] = ()  # what it shares with others: layers beside its own
    mixes: bool = False  # blends images and their targets

    @property
    def layers(self) -> tuple[str, ...]:
        """Its layers, below the folder of them all."""
        return tuple(f"image/augmentation/{name}" for name in (*self.needs, self.name))


FEATURES = (
    Feature("augmentation", ("engine/draws", "packages/augmentations", "image/augmentation")),
    Feature("mixes", ("packages/mixing",)),
    Feature("remote", ("features/download",)),
    Feature("tensorboard_enabled", ("features/tensorboard",), ("tensorboard",)),
    Feature("wandb_enabled", ("features/wandb",), ("wandb",)),
    Feature("ema", ("features/ema",)),
    Feature("distributed", ("packages/distributed", "features/distributed")),
    Feature("docker", ("features/docker",)),
    Feature("slurm", ("features/slurm",)),
    Feature("kubernetes", ("features/kubernetes",)),
    Feature("engine_tests", ("engine/draws", "engine/streaming", "engine/own_tests")),
)

AUGMENTATIONS = {
    each.name: each
    for each in (
        Augmentation("random_crop", "shifts by some pixels; good for small images"),
        Augmentation("random_resized_crop", "cuts out, scales up; for photographs", ("boxes",)),
        Augmentation("horizontal_flip", "where left and right mean the same"),
        Augmentation("vertical_flip", "where up and down mean the same"),
        Augmentation("rotation", "turns by some degrees", ("affine",)),
        Augmentation("color_jitter", "changes brightness, contrast and saturation", ("color",)),
        Augmentation("random_erasing", "blanks a rectangle", ("inside", "boxes")),
        Augmentation("gaussian_blur", "takes the sharpness away"),
        Augmentation(
            "randaugment",
            "two random operations of fixed strength",
            ("color", "affine", "operations"),
        ),
        Augmentation(
            "trivial_augment",
            "one random operation; nothing to tune",
            ("color", "affine", "operations"),
        ),
        Augmentation("mixup", "blends two images and their targets", mixes=True),
        Augmentation(
            "cutmix",
            "pastes a piece of one image into another",
            ("inside",),
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
