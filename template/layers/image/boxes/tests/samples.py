"""Synthetic images with objects, in the place of those that `data/source.py` finds in files."""

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from augmenting import AUGMENTATION, MIXING
from PIL import Image, ImageDraw

from pkg.boxes import CROWD, DIFFICULT
from pkg.data import dataloader, doctor
from pkg.data.info import DataInfo
from pkg.data.objects import ObjectTable
from pkg.data.samples import Samples
from pkg.data.settings import DataSettings

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
SHAPE = [3, 64, 64]  # that every model takes
SIZE = (128, 96)  # width and height of the files
NAMES = ["square", "disc"]
CATEGORY_IDS = [7, 3]
# Where objects are, give or take SHIFT pixels: a small, a medium and a large one.
PLACES = [(8, 8, 32, 32), (60, 20, 110, 60), (4, 3, 124, 93)]
SHIFT = 2
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


def make_table(numbers: Sequence[int]) -> ObjectTable:
    """Return the objects in the images of these numbers."""
    objects = [make_objects(number) for number in numbers]
    rows = [row for each in objects for row in each]
    boxes = torch.tensor([box for box, _, _ in rows]).float().view(-1, 4)
    return ObjectTable(
        boxes=boxes,
        labels=torch.tensor([label for _, label, _ in rows]).long(),
        ignored=torch.tensor([kind for _, _, kind in rows]).to(torch.uint8),
        areas=(boxes[:, 2:] - boxes[:, :2]).prod(1),
        counts=torch.tensor([len(each) for each in objects]),
        sizes=torch.tensor([SIZE] * len(objects)),
        category_ids=CATEGORY_IDS,
        image_ids=[1000 + number for number in numbers],
    )


def make_objects(number: int) -> list[tuple[list[int], int, int]]:
    """Return box, class and kind of up to three objects in an image; every fifth has none."""
    chance, objects = random.Random(number), []
    for i, place in enumerate(PLACES):
        shifts = [chance.randint(-SHIFT, SHIFT) for _ in place]
        kind = {3: DIFFICULT, 8: CROWD}.get((number + 4 * i) % 12, 0)
        if number % 5 and (number + i) % 4:
            box = [x + shift for x, shift in zip(place, shifts, strict=True)]
            objects.append((box, (number + i) % 2, kind))
    return objects


def draw_objects(channels: int, name: str) -> Image.Image:
    """Draw noise, and on it the objects of the image, each class in its colour."""
    number = int(name.removeprefix("synthetic_"))
    noise = np.random.default_rng(number).integers(0, 100, (*reversed(SIZE), 3))
    image = Image.fromarray(noise.astype("uint8"))
    for box, label, _ in sorted(make_objects(number), reverse=True):
        paint = ImageDraw.Draw(image)
        draw = (paint.rectangle, paint.ellipse)[label]
        draw(box, fill=((250, 160, 0), (0, 120, 250))[label])
    return image if channels == 3 else image.convert("L" if channels == 1 else "RGBA")
