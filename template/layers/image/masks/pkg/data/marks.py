"""The class of each pixel on a picture of its image."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from ..batch import Batch
from ..masks import VOID, colours

OPACITY = 0.5  # of the classes
WHITE = (255, 255, 255)  # where a mask says nothing
DARK = 60  # of 255: names in darker colours are written in white


def mark(tile: Image.Image, sample: Batch, names: Sequence[str], zoom: float) -> Image.Image:
    """Return a picture of an image below the colours of its classes, whose names are written on it.

    Args:
        tile: The image, `zoom` times as large as the model sees it.
        sample: A batch of one.
        names: Of the K classes.
        zoom: Pixels of the tile for one of the input.
    """
    palette = np.array([*colours(VOID), WHITE], np.uint8)  # [256, 3]
    classes = sample.masks[0].numpy()
    layer = Image.fromarray(palette[classes]).resize(tile.size, Image.Resampling.NEAREST)
    blended = Image.blend(tile, layer, OPACITY)
    draw = ImageDraw.Draw(blended)
    for line, k in enumerate(x for x in np.unique(classes).tolist() if x < len(names)):
        colour = palette[k] if palette[k].max() > DARK else palette[VOID]
        draw.text((3, 2 + 11 * line), names[k], fill=tuple(colour.tolist()))
    return blended
