"""Images to predict for: files, and folders of them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor

from ..config import DataSettings
from ..errors import UserError
from .info import DataInfo
from .loader import Raw
from .prepare import Prepare
from .preprocess import preprocess
from .samples import SUFFIXES, open_image


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[str, Tensor | UserError]]:
    """Yield every image by name: as the model sees it [C, H, W], or what is wrong with it."""
    prepare, nothing = Prepare(info, torch.device("cpu"), [], 0), torch.zeros(1, dtype=torch.int64)
    for file in (file for path in paths for file in find(Path(path))):
        try:
            image = open_image(file, info.input_shape[0])
            pixels = preprocess(image, settings.preprocessing, info.input_shape)[None]
            yield str(file), prepare(Raw(pixels, nothing, nothing), 0).inputs[0]
        except UserError as error:
            yield str(file), error


def find(path: Path) -> list[Path]:
    """Return the images in a folder and the folders in it, sorted; or the file itself."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES)
