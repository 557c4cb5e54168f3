"""Images in one folder and masks in another whose values are classes, paired by their names."""

from functools import partial
from pathlib import Path

from ..masks import VOID
from .formats.mask_pixels import MaskFiles, Meaning
from .formats.mask_values import VOID_NAME, find_meaning
from .formats.paired_images import find_pairs, given_splits, read_upright
from .masks import Masks
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Find every image with its mask, and what the values in masks mean.

    Raises:
        UserError: there are no pairs, or it is not clear what the masks mean.
    """
    root, pairs, left_out = find_pairs(Path(settings.dataset_path))
    meaning = find_meaning(settings, root, pairs.masks)
    masks = Masks(
        pairs.masks,
        MaskFiles(root, meaning),
        len(meaning.names),
        describe_values(meaning),
        pairs.findings,
    )
    return Samples(
        settings,
        partial(read_upright, root, dict(zip(pairs.images, pairs.masks, strict=True))),
        pairs.images,
        masks,
        meaning.names,
        given=given_splits(pairs),
        left_out=left_out,
        broken=pairs.broken,
    )


def describe_values(meaning: Meaning) -> dict[str, str]:
    """Return the name of the class of each value or colour that occurs, as text."""
    names = dict(enumerate(meaning.names)) | {VOID: VOID_NAME}
    form, known = "#{:06x}" if meaning.in_colour else "{}", meaning.classes
    occurring = [value for value in meaning.found or known if value in known]
    return {form.format(value): names[known[value]] for value in sorted(occurring)}
