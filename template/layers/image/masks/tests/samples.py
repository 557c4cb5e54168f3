"""Synthetic images with masks, in the place of those that `data/source.py` finds in files."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from augmenting import AUGMENTATION, MIXING
from PIL import Image

from pkg.data import dataloader, doctor
from pkg.data.info import DataInfo
from pkg.data.masks import Array, Masks
from pkg.data.samples import Samples
from pkg.data.settings import DataSettings
from pkg.masks import VOID

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
SHAPE = [3, 32, 32]  # that every model takes
NAMES = ["ground", "pond", "field"]
WRONG = {
    "data.input_shape [3,32]": "data.input_shape",
    "data.normalization_std [0.5,0.5]": "data.normalization_std",
    "data.in_memory perhaps": "data.in_memory",
    "data.num_workers -1": "data.num_workers",
    "data.preprocessing [sharpen]": "data.preprocessing",
    "data.pixel_range [9,1]": "data.pixel_range",
    "data.class_names [a,a]": "data.class_names",
}
ALONE: dict[str, Any] = {"augmentation": AUGMENTATION}  # no sample depends on its batch
FIXED: dict[str, Any] = {  # other values of what a run has settled
    "split_seed": 99,
    "train_val_test_split": [0.5, 0.25, 0.25],
    "normalization_mean": [0.5] * 3,
}


def make_settings() -> DataSettings:
    """Return settings that fit the synthetic images."""
    return DataSettings(
        dataset_path="synthetic",
        input_shape=[3, 16, 16],
        train_val_test_split=[0.6, 0.2, 0.2],
        augmentation=AUGMENTATION + MIXING,
        num_workers=0,
    )


def make_info(names: list[str]) -> DataInfo:
    """Return facts of a data set with classes of these names."""
    targets = {"class_counts": [1] * len(names), "mask_values": {}}
    return DataInfo([3, 16, 16], names, [0.5] * 3, [0.5] * 3, targets, {})


def put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every data set be the synthetic one."""
    for module in (dataloader, doctor):
        monkeypatch.setattr(module, "load_samples", load_synthetic)


def keep_rows(monkeypatch: pytest.MonkeyPatch, rows: slice) -> None:
    """Let every data set be a part of the synthetic one."""

    def load(settings: DataSettings) -> Samples:
        found = load_synthetic(settings)
        masks = replace(found.targets, names=found.targets.names[rows])
        return replace(found, names=found.names[rows], targets=masks)

    monkeypatch.setattr(dataloader, "load_samples", load)


def write_inputs(settings: DataSettings, count: int) -> list[str]:
    """Write the first samples as files; return what predict.py takes."""
    Path("images/more").mkdir(parents=True)
    samples = load_synthetic(settings)
    for number, name in enumerate(samples.names[:count]):
        samples.read(name).save(f"images/more/{number:02}.png")
    return ["images"]


def load_synthetic(settings: DataSettings) -> Samples:
    """Make up what `data/source.py` finds in files."""
    names = [f"synthetic_{number:02}" for number in range(NUM_SAMPLES)]
    masks = Masks(names, partial(draw_mask, settings.input_shape), len(NAMES))
    return Samples(settings, partial(draw_image, settings.input_shape), names, masks, NAMES)


def draw_mask(shape: list[int], name: str) -> Array:
    """Plant a block of a class on the ground, below a row that is void; higher than wide."""
    index = int(name.removeprefix("synthetic_"))
    height, width = shape[1], shape[2] * 3 // 4
    mask = np.zeros((height, width), np.uint8)
    top, left = (int(x) for x in np.random.default_rng(index).integers(1, width // 2, 2))
    mask[top : top + height // 2, left : left + width // 2] = 1 + index % 2
    mask[0] = VOID
    return mask


def draw_image(shape: list[int], name: str) -> Image.Image:
    """Draw noise, which is brighter where a block is: the blocks of a class are alike."""
    index = int(name.removeprefix("synthetic_"))
    mask = draw_mask(shape, name)
    noise = np.random.default_rng(index).integers(0, 60, (*mask.shape, 3))
    pixels = noise + 80 * (mask == 1)[..., None] + 160 * (mask == 2)[..., None]
    return Image.fromarray(pixels.astype("uint8"))
