"""Synthetic images, in the place of those that `data/source.py` finds in files."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from augmenting import AUGMENTATION, MIXING
from expected import make_targets
from PIL import Image
from torch import Tensor

from pkg.data import dataloader, doctor
from pkg.data.info import DataInfo
from pkg.data.samples import Samples
from pkg.data.settings import DataSettings

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
SHAPE = [3, 32, 32]  # that every model takes
WRONG = {
    "data.input_shape [3,32]": "data.input_shape",
    "data.normalization_std [0.5,0.5]": "data.normalization_std",
    "data.in_memory perhaps": "data.in_memory",
    "data.num_workers -1": "data.num_workers",
    "data.preprocessing [sharpen]": "data.preprocessing",
    "data.pixel_range [9,1]": "data.pixel_range",
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
    """Return facts of a data set with outputs of these names."""
    return DataInfo([3, 16, 16], names, [0.5] * 3, [0.5] * 3, {}, {})


def make_inputs(count: int) -> Tensor:
    """Return inputs of that many samples, as every model takes them."""
    return torch.randn(count, *SHAPE)


def put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every data set be the synthetic one."""
    for module in (dataloader, doctor):
        monkeypatch.setattr(module, "load_samples", load_synthetic)


def keep_rows(monkeypatch: pytest.MonkeyPatch, rows: slice) -> None:
    """Let every data set be a part of the synthetic one."""

    def load(settings: DataSettings) -> Samples:
        found = load_synthetic(settings)
        return replace(found, names=found.names[rows], targets=found.targets[rows])

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
    targets, output_names = make_targets(torch.arange(NUM_SAMPLES))
    read = partial(draw_noise, settings.input_shape)
    return Samples(settings, read, names, targets, output_names)


def draw_noise(shape: list[int], name: str) -> Image.Image:
    """Draw noise, which is darker where the number of the sample is even."""
    index = int(name.removeprefix("synthetic_"))
    noise = np.random.default_rng(index).integers(0, 100, (*shape[1:], 3))
    return Image.fromarray((noise + 100 * (index % 2)).astype("uint8"))
