"""The images and masks that `custom.py` describes."""

from functools import partial
from pathlib import Path

import numpy as np

from ..engine.errors import UserError
from ..masks import VOID
from .custom import CLASSES, find_names, read_image, read_mask
from .masks import Array, Masks
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Ask `custom.py` for its names and classes.

    Raises:
        UserError: there are no images, a name is there twice, or `data.class_names` differ.
    """
    root = Path(settings.dataset_path)
    names = find_names(root)
    if not names:
        raise UserError(f"data.dataset_path: data/custom.py finds nothing in {root.resolve()}")
    if len({*names}) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UserError(f"data/custom.py: find_names gives {twice!r} twice")
    if settings.class_names not in (None, CLASSES):
        raise UserError(f"data.class_names: data/custom.py has CLASSES {CLASSES}: say the same")
    masks = Masks(names, partial(load_mask, root, len(CLASSES)), len(CLASSES))
    return Samples(settings, partial(read_image, root), names, masks, list(CLASSES))


def load_mask(root: Path, num_classes: int, name: str) -> Array:
    """Return the class of each pixel of an image, uint8 [H, W].

    Raises:
        ValueError: it holds what is no class.
    """
    classes = np.asarray(read_mask(root, name))
    wrong = np.unique(classes[~np.isin(classes, [*range(num_classes), VOID])])
    if classes.ndim != 2 or len(wrong):
        wanted = f"[H, W] of classes from 0 to {num_classes - 1} and {VOID}"
        raise ValueError(f"read_mask gives {list(classes.shape)} with {wrong[:5]}, not {wanted}")
    return classes.astype(np.uint8)
