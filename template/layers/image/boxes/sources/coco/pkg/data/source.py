"""Images and their boxes from COCO JSON: `"bbox"` is x, y, width and height in pixels.

`data.dataset_path` is such a file or a folder with one, or with one for each split, as
`train/_annotations.coco.json` or `annotations/instances_train2017.json`.
"""

from functools import partial
from pathlib import Path

from ..engine.errors import UserError
from .annotations import Annotations, make_samples
from .formats.annotated_images import known_sizes, read_annotated
from .formats.coco import number_annotations
from .formats.coco_rows import read_rows
from .formats.coco_set import read_set
from .rows import Rows
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Read the COCO files; find their images.

    Raises:
        UserError: there is no COCO file or no image, or ids, names or splits contradict.
    """
    found = read_set(Path(settings.dataset_path))
    classes = {id_: label for label, id_ in enumerate(found.categories)}
    rows, broken, findings = list[Rows](), dict(found.broken), []
    for file, numbers in zip(found.files, found.numbers, strict=True):
        if file.annotations and not any("bbox" in each for each in file.annotations):
            problem = "no annotation has a bbox: these may be captions or panoptic segments"
            raise UserError(f"data.dataset_path: {found.root / file.name}: {problem}")
        objects = number_annotations(file, numbers, classes)
        rows.append(read_rows(objects, found.sizes, file.name))
        broken |= objects.broken
        findings += objects.findings
    read = partial(read_annotated, found.root, known_sizes(found.names, found.sizes))
    return make_samples(
        settings,
        read,
        Annotations(
            names=found.names,
            sizes=found.sizes,
            image_ids=found.ids,
            categories=found.categories,
            rows=Rows.join(rows),
            splits=found.splits if all(found.splits) else [],
            broken=broken,
            findings=findings,
        ),
    )
