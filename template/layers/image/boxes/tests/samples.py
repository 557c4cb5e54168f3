"""Synthetic images with objects, in the place of those that `data/source.py` finds in files."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from augmenting import AUGMENTATION, MIXING
from drawn import NAMES, draw_objects
from marked import make_table

from pkg.data import dataloader, doctor
from pkg.data.info import DataInfo
from pkg.data.samples import Samples
from pkg.data.settings import DataSettings

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
SHAPE = [3, 64, 64]  # that every model takes
WRONG = {
    "data.input_shape [3,32]": "data.input_shape",
    "data.normalization_std [0.5,0.5]": "data.normalization_std",
    "data.in_memory perhaps": "data.in_memory",
    "data.num_workers -1": "data.num_workers",
    "data.preprocessing [crop]": "data.preprocessing",
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
        input_shape=[3, 48, 48],
        train_val_test_split=[0.6, 0.2, 0.2],
        augmentation=AUGMENTATION + MIXING,
        num_workers=0,
    )


def make_info(names: list[str]) -> DataInfo:
    """Return facts of a data set with classes of these names."""
    targets = {"category_ids": [*range(1, 1 + len(names))]}
    return DataInfo([3, 48, 48], names, [0.5] * 3, [0.5] * 3, targets, {})


def put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every data set be the synthetic one."""
    for module in (dataloader, doctor):
        monkeypatch.setattr(module, "load_samples", load_synthetic)


def keep_rows(monkeypatch: pytest.MonkeyPatch, rows: slice) -> None:
    """Let every data set be a part of the synthetic one."""

    def load(settings: DataSettings) -> Samples:
        found, numbers = load_synthetic(settings), range(NUM_SAMPLES)[rows]
        return replace(found, names=found.names[rows], targets=make_table(numbers))

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
    read = partial(draw_objects, settings.input_shape[0])
    return Samples(settings, read, names, make_table(range(NUM_SAMPLES)), NAMES)
