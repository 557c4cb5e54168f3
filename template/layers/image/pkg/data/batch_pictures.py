"""The first training batches as the model sees them, with their targets, as one picture."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from ..batch import Batch
from ..engine.data.loader import Loader
from .formats.image_files import shown
from .info import DataInfo
from .marks import mark

NAME = "train_batches.png"  # in the folder of a run
SAMPLES, COLUMNS = 16, 4
TILE = 192  # pixels: the longer side of an image in the picture is about this
GAP = 4  # pixels between images
PAPER = (255, 255, 255)


def save_batches(loader: Loader[DataInfo], info: DataInfo, folder: Path) -> None:
    """Write the picture into a folder; whatever goes wrong is a warning, since it is one only."""
    path = folder / NAME
    if path.exists():  # of several processes the first has drawn it
        return
    try:
        draw_batches(loader.batches(0, loader.start), info).save(path, compress_level=1)
    except Exception as error:  # of any library: the training matters more
        print(f"warning: {NAME}: {type(error).__name__}: {error}")


def draw_batches(batches: Iterable[Batch], info: DataInfo) -> Image.Image:
    """Return the first `SAMPLES` images of batches side by side, each with its targets."""
    tiles = [tile for _, tile in zip(range(SAMPLES), draw_samples(batches, info), strict=False)]
    width, height = (max(tile.size[axis] for tile in tiles) + GAP for axis in (0, 1))
    rows = -(-len(tiles) // COLUMNS)
    picture = Image.new("RGB", (COLUMNS * width, rows * height), PAPER)
    for place, tile in enumerate(tiles):
        picture.paste(tile, (place % COLUMNS * width, place // COLUMNS * height))
    return picture


def draw_samples(batches: Iterable[Batch], info: DataInfo) -> Iterator[Image.Image]:
    """Yield each image of batches with its targets."""
    names = [shown(name) for name in info.output_names]
    for batch in batches:
        here = batch.to(torch.device("cpu"))
        for i, pixels in enumerate(to_bytes(here.inputs, info)):
            height, width = pixels.shape[:2]
            zoom = TILE / max(height, width)
            size = (max(1, round(width * zoom)), max(1, round(height * zoom)))
            smooth = Image.Resampling.BILINEAR if zoom < 1 else Image.Resampling.NEAREST
            tile = Image.fromarray(pixels.numpy()).resize(size, smooth)
            yield mark(tile, here.cut(i, i + 1), names, zoom)


def to_bytes(images: Tensor, info: DataInfo) -> Tensor:
    """Return normalised images [B, C, H, W] as colours: uint8 [B, H, W, 3]."""
    scale = torch.tensor([info.normalization_mean, info.normalization_std])
    mean, std = scale[..., None, None]  # two of [C, 1, 1]
    pixels: Tensor = (images * std + mean).clamp(0, 1).mul(255).round().to(torch.uint8)
    return torch.movedim(pixels[:, :3].expand(-1, 3, -1, -1), 1, -1).contiguous()
