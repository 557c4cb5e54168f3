"""The images and objects that `custom.py` describes."""

from functools import partial
from pathlib import Path

from ..engine.errors import UserError
from .custom import find_names, read_image, read_objects
from .marked import Mark, make_marked, mark
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Ask `custom.py` for its images and objects; number their classes.

    Raises:
        UserError: there are no images, a name is there twice, or masks of one differ in size.
    """
    root = Path(settings.dataset_path)
    names = find_names(root)
    if not names:
        raise UserError(f"data.dataset_path: data/custom.py finds nothing in {root.resolve()}")
    if len({*names}) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise UserError(f"data/custom.py: find_names gives {twice!r} twice")
    images = {name: read_marks(root, name) for name in names}
    return make_marked(settings, partial(read_image, root), images)


def read_marks(root: Path, name: str) -> list[Mark]:
    """Return the objects in an image.

    Raises:
        UserError: a mask is no [H, W], or not of the size of the others.
    """
    objects = read_objects(root, name)
    shapes = {mask.shape for _, mask in objects}
    if len(shapes) > 1 or any(len(shape) != 2 for shape in shapes):
        problem = f"read_objects gives masks of {sorted(shapes)}, not [H, W] of the image"
        raise UserError(f"data/custom.py: {name!r}: {problem}")
    place = f"data/custom.py: {name!r} object"
    return [mark(label, mask, f"{place} {i}") for i, (label, mask) in enumerate(objects, 1)]
