"""Objects on a picture of their image: the mask of each, and its class."""

from collections.abc import Sequence

from PIL import Image, ImageDraw

from ..batch import Batch

COLOURS = ("#e6194b", "#3cb44b", "#4363d8", "#f58231", "#911eb4", "#008080", "#9a6324", "#808000")
IGNORED = "#a9a9a9"  # neither learnt nor missed
OPACITY = 110  # of a mask, of 255


def mark(tile: Image.Image, sample: Batch, names: Sequence[str], zoom: float) -> Image.Image:
    """Return a picture of an image with its objects, each in a colour of its own.

    Args:
        tile: The image, `zoom` times as large as the model sees it.
        sample: A batch of one.
        names: Of the classes.
        zoom: Pixels of the tile for one of the input.
    """
    draw = ImageDraw.Draw(tile)
    columns = (sample.boxes[0] * zoom, sample.labels[0], sample.ignored[0])
    rows = zip(sample.masks[0], *(x.tolist() for x in columns), strict=True)
    for number, (mask, box, label, ignored) in enumerate(rows):
        if label < 0:
            continue
        colour = IGNORED if ignored else COLOURS[number % len(COLOURS)]
        shape = Image.fromarray((mask * OPACITY).numpy()).resize(tile.size)
        tile.paste(colour, None, shape)
        label_at(draw, (box[0], box[1]), names[label], colour)
    return tile


def label_at(draw: ImageDraw.ImageDraw, place: tuple[float, float], text: str, colour: str) -> None:
    """Write white words on a colour."""
    draw.rectangle(draw.textbbox(place, text), fill=colour)
    draw.text(place, text, fill="white")
