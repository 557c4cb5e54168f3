"""Images and the outlines of what is in them, from COCO JSON, as a class for each pixel.

`data.dataset_path` is such a file or a folder with one, or with one for each split, as
`train/_annotations.coco.json` or `annotations/instances_train2017.json`.
"""

from collections import defaultdict
from functools import partial
from pathlib import Path

from ..engine.errors import UserError
from .findings import Finding
from .formats.annotated_images import known_sizes, read_annotated
from .formats.coco import number_annotations
from .formats.coco_set import CocoSet, read_set
from .formats.outlines import Outline, Outlines
from .masks import Masks
from .samples import Samples
from .settings import DataSettings

BACKGROUND = "background"


def load_samples(settings: DataSettings) -> Samples:
    """Read the COCO files; find their images.

    Raises:
        UserError: there is no COCO file, image or outline, or ids, names or splits contradict.
    """
    found = read_set(Path(settings.dataset_path))
    names = name_classes(settings, found)
    classes = {id_: names.index(name) for id_, name in found.categories.items()}
    objects, broken = defaultdict[str, list[Outline]](list), dict(found.broken)
    findings = list[Finding]()
    for file, numbers in zip(found.files, found.numbers, strict=True):
        known = number_annotations(file, numbers, classes)
        if file.annotations and not any("segmentation" in each for each in file.annotations):
            problem = "no annotation has a segmentation: with boxes alone this is for detection"
            raise UserError(f"data.dataset_path: {found.root / file.name}: {problem}")
        for each, image, label, place in zip(
            known.records, known.images.tolist(), known.labels.tolist(), known.places, strict=True
        ):
            crowd = each.get("iscrowd") in (1, True)
            outline = Outline(place, label, crowd, each.get("segmentation"))
            objects[found.names[image]].append(outline)
        broken |= known.broken
        findings += known.findings
    sizes = known_sizes(found.names, found.sizes)
    outlines = Outlines(dict(objects), sizes, names.index(BACKGROUND))
    return Samples(
        settings,
        partial(read_annotated, found.root, sizes),
        found.names,
        Masks(found.names, outlines, len(names), findings=findings),
        names,
        given=found.splits if "train" in found.splits and len({*found.splits}) > 1 else None,
        broken=broken,
    )


def name_classes(settings: DataSettings, found: CocoSet) -> list[str]:
    """Return the names of the classes: the background, and the categories by their ids.

    Raises:
        UserError: `data.class_names` lacks one of them.
    """
    names = list(dict.fromkeys([BACKGROUND, *found.categories.values()]))
    if lacking := [name for name in names if name not in (settings.class_names or names)]:
        raise UserError(f"data.class_names lacks {lacking} of {settings.dataset_path}")
    return settings.class_names or names
