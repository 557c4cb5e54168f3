"""Slices of a brain, which the package nilearn carries, as the files that you would have.

Training calls `obtain`; so does `python -m pkg.data.fetch`.

The brain is the template MNI152, an average of many people. In it brightness alone tells the
tissues apart, so that uneven brightness and noise, as of a scanner, are planted on its slices.
"""

import gzip
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..engine.errors import run
from .settings import DataSettings
from .wheel import Wheel, read_wheel

FOLDER = Path("data/brains")
WHEEL = Wheel(
    "nilearn",
    "0.14.1",
    "725206484e9fb3f6691f9c2d20204a068759d5072f12055324702ee0cb2bbe8a",
    "12 MB",
)
VOLUMES = {
    kind: f"nilearn/datasets/data/mni_icbm152_{kind}_tal_nlin_sym_09a_converted.nii.gz"
    for kind in ("t1", "gm", "wm")
}
LICENSE = "nilearn-0.14.1.dist-info/licenses/LICENSE"
# Slices from the feet to the head, a millimetre each. Neighbours look alike: five are left out
# between two splits.
SLICES = {
    "train": [*range(10, 70), *range(120, 153)],
    "val": range(75, 90),
    "test": range(95, 115),
}
ROWS, COLUMNS = slice(20, 212), slice(2, 194)  # 192 by 192 pixels around the brain
BIAS = 0.5  # half the range of the uneven brightness, as a natural logarithm
WAVES = 3  # cosines along each side of the image that make it up, the first one constant
NOISE = 6.0  # standard deviation, in levels of 255
NOTE = """Slices of the MNI152 template (ICBM 2009a, nonlinear, symmetric), as in nilearn 0.14.1.

images/ holds its T1-weighted slices WITH PLANTED BIAS FIELDS AND NOISE: a smooth random factor of
0.37 to 1, and Gaussian noise of 6 levels of 255, seeded by the number of the slice.
masks/ holds 1 for grey matter, 2 for white matter and 0 for all else, the fluid in the brain
included: whichever of the template's probability maps is highest.
Slices lie in blocks, with five left out between two splits, as neighbours look alike. All are
of one average brain: what a model reaches here says nothing about other brains or scanners.
"""
MNI = """The MNI152 template:

Copyright (C) 1993-2009 Louis Collins, McConnell Brain Imaging Centre, Montreal Neurological
Institute, McGill University. Permission to use, copy, modify, and distribute this software and
its documentation for any purpose and without fee is hereby granted, provided that the above
copyright notice appear in all copies. The authors and McGill University make no representations
about the suitability of this software for any purpose. It is provided "as is" without express or
implied warranty. The authors are not responsible for any data loss, equipment damage, property
loss, or injury to subjects or patients resulting from the use or misuse of this software package.

The package nilearn, which carries it:

"""


def obtain(settings: DataSettings) -> DataSettings:
    """Write the slices if `data.dataset_path` is `FOLDER`; any other folder is your own.

    Raises:
        UserError: the package cannot be downloaded, or is not the one that it was.
    """
    if Path(settings.dataset_path) == FOLDER:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write 128 slices, 192 by 192, and their masks in three splits, unless `folder` exists."""
    if folder.exists():
        return
    files = read_wheel(WHEEL, [*VOLUMES.values(), LICENSE])
    t1, grey, white = (read_volume(files[path]) for path in VOLUMES.values())
    draft = folder.with_name(f".{folder.name}")
    for split, numbers in SLICES.items():
        images, masks = draft / split / "images", draft / split / "masks"
        images.mkdir(parents=True, exist_ok=True)
        masks.mkdir(exist_ok=True)
        for number in numbers:
            Image.fromarray(spoil(t1[number], number)).save(images / f"{number:03}.png")
            mask = tissues(grey[number], white[number])
            Image.fromarray(mask).save(masks / f"{number:03}.png")
    (draft / "README.txt").write_text(NOTE)
    (draft / "LICENSE.txt").write_text(MNI + files[LICENSE].decode())
    draft.rename(folder)  # so that it is never half there
    print(f"the slices of a brain are in {folder}")


def read_volume(content: bytes) -> NDArray[np.uint8]:
    """Return the slices of a NIfTI file of bytes, [Z, Y, X]: feet to head, the face on top."""
    raw = gzip.decompress(content)
    shape = np.frombuffer(raw, "<i2", 3, offset=42)  # X, Y, Z
    start = int(np.frombuffer(raw, "<f4", 1, offset=108)[0])
    volume = np.frombuffer(raw, np.uint8, offset=start).reshape(shape[::-1])  # [Z, Y, X]
    return volume[:, ::-1][:, ROWS, COLUMNS]


def tissues(grey: NDArray[np.uint8], white: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the most probable tissue [H, W] from probabilities of 0 to 255: 1 grey, 2 white."""
    rest = 255 - np.minimum(255, grey.astype(int) + white)
    tissue: NDArray[np.intp] = np.stack([rest, grey, white]).argmax(0)
    return tissue.astype(np.uint8)


def spoil(pixels: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    """Return a slice [H, W] with uneven brightness and noise; the number seeds them."""
    random = np.random.default_rng(number)
    down, across = (
        np.cos(np.pi * np.arange(WAVES)[:, None] * (np.arange(size) + 0.5) / size)  # [WAVES, size]
        for size in pixels.shape
    )
    field = down.T @ random.normal(size=(WAVES, WAVES)) @ across  # [H, W]
    field *= BIAS / abs(field).max()
    noise = random.normal(0, NOISE, pixels.shape)
    noisy: NDArray[np.float64] = pixels * np.exp(field - BIAS) + noise
    return noisy.clip(0, 255).round().astype(np.uint8)


if __name__ == "__main__":
    run(partial(write, FOLDER))
