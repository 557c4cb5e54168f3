"""Images and their boxes from XML files of Pascal VOC.

`data.dataset_path` is a folder with Annotations and JPEGImages, or with XML beside images.
"""

from functools import partial
from pathlib import Path

import numpy as np

from ..boxes import DIFFICULT
from .annotations import Annotations, make_samples
from .formats.annotated_images import known_sizes, read_annotated
from .formats.annotated_sizes import fill_sizes
from .formats.box_numbers import as_boxes
from .formats.image_files import shown
from .formats.voc import VocImage, count_from_zero, read_xml
from .formats.voc_files import ImageFinder, find_set
from .rows import Rows
from .samples import Samples
from .settings import DataSettings


def load_samples(settings: DataSettings) -> Samples:
    """Read the XML files; find their images.

    Raises:
        UserError: there are no XML files, or classes do not fit the settings.
    """
    root = Path(settings.dataset_path)
    found, finder = find_set(root), ImageFinder(root)
    images, broken = dict[str, tuple[str, VocImage]](), dict(found.broken)
    for file in found.files:
        try:
            parsed = read_xml(root / file)
        except ValueError as error:
            broken[file] = f"{shown(file)}: {error}"
            continue
        name = finder.find(file, parsed.filename)
        if (first := images.setdefault(name, (file, parsed))[0]) != file:
            broken[file] = f"{shown(file)}: its image, {shown(name)}, is that of {shown(first)}"
    files = [file for file, _ in images.values()]
    stems = [Path(file).stem for file in files]
    written = np.array([each.size for _, each in images.values()], np.int64).reshape(-1, 2)
    sizes = fill_sizes(root, list(images), written)
    objects = [
        (image, f"{shown(file)} object {number}", each)
        for image, (file, parsed) in enumerate(images.values())
        for number, each in enumerate(parsed.objects, 1)
    ]
    for _, place, each in objects:
        if not each.name:
            broken[place] = f"{place}: it has no name"
    objects = [row for row in objects if row[2].name]
    classes = sorted({each.name for _, _, each in objects})
    numbers = {name: number for number, name in enumerate(classes)}
    boxes, findings = count_from_zero(as_boxes([x.box for _, _, x in objects]), str(root))
    findings += found.findings + ([] if found.listed else finder.judge_unused(images))
    splits = [found.files[file] for file in files]
    rows = Rows(
        images=np.array([image for image, _, _ in objects], np.int64),
        boxes=boxes,
        labels=np.array([numbers[each.name] for _, _, each in objects], np.int64),
        ignored=np.array([DIFFICULT * each.difficult for _, _, each in objects], np.uint8),
        areas=np.zeros(len(objects)),
        places=[place for _, place, _ in objects],
    )
    annotated = Annotations(
        names=list(images),
        sizes=sizes,
        image_ids=[*(stems if len({*stems}) == len(stems) else images)],
        categories=dict(enumerate(classes)),
        rows=rows,
        splits=splits if all(splits) else [],
        broken=broken,
        findings=findings,
    )
    read = partial(read_annotated, root, known_sizes(annotated.names, sizes))
    return make_samples(settings, read, annotated)
