"""Images to predict for: files, and folders of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from ..config import DataSettings
from ..errors import UserError
from .info import DataInfo
from .loader import Raw
from .prepare import Prepare
from .samples import find_images, read_pixels


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[str, Tensor | UserError]]:
    """Yield every image by name: as the model sees it [C, H, W], or what is wrong with it."""
    prepare, nothing = Prepare(info, torch.device("cpu"), [], 0), torch.zeros(1, dtype=torch.int64)
    for path in map(Path, paths):
        for name in map(str, find_images(path, "**/*") if path.is_dir() else [path]):
            try:
                pixels = read_pixels(Image.open, name, settings)[None]
                yield name, prepare(Raw(pixels, nothing, nothing), 0).inputs[0]
            except UserError as error:
                yield name, error
