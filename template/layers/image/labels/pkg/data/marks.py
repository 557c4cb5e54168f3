"""What is to be learnt of an image, on a picture of it."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from ..batch import Batch

MOST = 3  # outputs that are named
BAND = 13  # pixels above the image, for the words
PAPER, INK = (255, 255, 255), (0, 0, 0)


def mark(tile: Image.Image, sample: Batch, names: Sequence[str], zoom: float) -> Image.Image:
    """Return a picture of an image below what is to be learnt of it.

    Args:
        tile: The image, `zoom` times as large as the model sees it.
        sample: A batch of one.
        names: Of the outputs.
        zoom: Pixels of the tile for one of the input.
    """
    marked = Image.new("RGB", (tile.width, tile.height + BAND), PAPER)
    marked.paste(tile, (0, BAND))
    ImageDraw.Draw(marked).text((1, 0), describe(sample, names), fill=INK)
    return marked


def describe(sample: Batch, names: Sequence[str]) -> str:
    """Return the class of a sample, or its largest numbers, in words."""
    target = sample.targets[0]
    if not target.is_floating_point():
        return names[int(target)]
    largest = target.abs().argsort(descending=True, stable=True)[:MOST].tolist()
    return ", ".join(f"{names[k]} {target[k]:.3g}" for k in largest if target[k])
