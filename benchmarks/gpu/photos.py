"""Photographs to measure with: smooth colours under some noise, which take a camera's JPEGs' time.

They are made where they are needed, since thousands of them are too many to carry.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

NAMES = ("bright", "dark")  # the classes
WIDTH, HEIGHT = 500, 375
SCENES = 32  # that are made; each photograph is a part of one
NOISE = 12  # of 255
QUALITY = 90


def make_photos(folder: Path, shrunk: Path, side: int, count: int, seed: int = 0) -> None:
    """Write `count` JPEGs in one folder for each class, and the same in `shrunk` of `side` pixels.

    Nothing is done where `folder` exists.
    """
    if folder.exists():
        return
    draw = np.random.default_rng(seed)
    scenes = [make_scene(draw, SCENES + k) for k in range(SCENES)]
    places = draw.integers(0, (WIDTH // 2, HEIGHT // 2), (count, 2))
    for name in NAMES:
        (folder / name).mkdir(parents=True)
        (shrunk / name).mkdir(parents=True)

    def write(number: int) -> None:
        kind, (left, top) = number % len(NAMES), places[number]
        scene = scenes[number % SCENES].crop((left, top, left + WIDTH, top + HEIGHT))
        photo = scene.point(lambda value: value // 2 + 127 * (1 - kind))
        name = f"{NAMES[kind]}/{number:05d}.jpg"
        photo.save(folder / name, quality=QUALITY)
        photo.resize((side, side)).save(shrunk / name, quality=QUALITY)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(write, range(count)))


def make_scene(draw: np.random.Generator, waves: int) -> Image.Image:
    """Return a picture that is half as large again as a photograph."""
    size = (WIDTH * 3 // 2, HEIGHT * 3 // 2)
    coarse = draw.integers(0, 256, (waves * 3 // 4, waves, 3), dtype=np.uint8)
    smooth = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    noise = draw.normal(0, NOISE, (*size[::-1], 3))
    return Image.fromarray((np.asarray(smooth) + noise).clip(0, 255).astype(np.uint8))
