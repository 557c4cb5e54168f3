"""Objects on a picture of their image."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from ..batch import Batch

COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#008080", "#9a6324", "#808000")
IGNORED = "#a9a9a9"  # neither learnt nor missed


def mark(tile: Image.Image, sample: Batch, names: Sequence[str], zoom: float) -> Image.Image:
    """Return a picture of an image with its boxes and their classes.

    Args:
        tile: The image, `zoom` times as large as the model sees it.
        sample: A batch of one.
        names: Of the classes.
        zoom: Pixels of the tile for one of the input.
    """
    draw = ImageDraw.Draw(tile)
    columns = (sample.boxes[0] * zoom, sample.labels[0], sample.ignored[0])
    for (x1, y1, x2, y2), label, ignored in zip(*(x.tolist() for x in columns), strict=True):
        if label >= 0:
            colour = IGNORED if ignored else COLOURS[label % len(COLOURS)]
            draw.rectangle((x1, y1, max(x1, x2 - 1), max(y1, y2 - 1)), outline=colour)
            label_at(draw, (x1, y1), names[label], colour)
    return tile


def label_at(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, colour: str) -> None:
    """Write white words on a colour."""
    draw.rectangle(draw.textbbox(place, text), fill=colour)
    draw.text(place, text, fill="white")
