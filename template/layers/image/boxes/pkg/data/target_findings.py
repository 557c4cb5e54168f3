"""What is found of the objects in images: classes, sizes, and how many there are.

T objects in all, N images, K classes.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..boxes import CROWD, DIFFICULT
from .findings import Finding
from .formats.image_files import shown
from .objects import Objects, ObjectTable
from .samples import Samples
from .scales import scales_of
from .settings import DataSettings

COUNTED = 100  # objects that evaluation counts in an image
STRIDE = 8  # pixels of the input in one step of a detector's finest map of features, as a rule
MANY = 0.1  # fraction of the objects from which on small ones are a finding


def judge_targets(samples: Samples, train: Tensor) -> Iterator[Finding]:
    """Yield what was odd in the files, classes without objects, and objects that are hard to find.

    Args:
        samples: With an `ObjectTable` as targets.
        train: Numbers of those that train.
    """
    table, path = samples.targets, samples.settings.dataset_path
    yield from table.findings
    limit = int(samples.settings.max_unreadable * len(samples.names))
    if len(samples.broken) > limit:
        problem = f"records that cannot be used: {len(samples.broken):,}, more than {limit:,}"
        yield Finding("error", path, problem, "mend them, or raise data.max_unreadable")
    yield from judge_classes(samples, train)
    crowded = torch.nonzero(table.counts > COUNTED)[:, 0].tolist()
    if crowded:
        fullest = int(table.counts.argmax())
        most = f"{int(table.counts[fullest]):,} in {shown(samples.names[fullest])}"
        problem = f"images with more than {COUNTED} objects: {len(crowded):,}, the most: {most}"
        remedy = f"evaluation counts the {COUNTED} surest answers: cut such images into tiles"
        yield Finding("warning", path, problem, remedy)
    sides = measure_sides(table, samples.settings)
    small = float((sides < STRIDE).mean()) if len(sides) else 0.0
    if small > MANY:
        size = " x ".join(map(str, samples.settings.input_shape[1:]))
        problem = f"{small:.0%} of the boxes are narrower than {STRIDE} pixels of the input, {size}"
        remedy = "they are hard to find: raise data.input_shape, or cut the images into tiles"
        yield Finding("warning", path, problem, remedy)


def judge_classes(samples: Samples, train: Tensor) -> Iterator[Finding]:
    """Yield classes without objects, with one, or with none in training."""
    everywhere = count_objects(samples, torch.arange(len(samples.names)))
    trained = count_objects(samples, train)
    for name, count in everywhere.items():
        place = f"class {shown(name)}"
        if count == 0:
            yield Finding("warning", place, "has no objects", "add some, or leave it out")
        elif count == 1:
            yield Finding("warning", place, "has one object", "add some, or leave it out")
        if count and not trained[name]:
            remedy = "add images, or split otherwise"
            yield Finding("warning", place, "is nowhere in training", remedy)


def count_objects(samples: Samples, ids: Tensor) -> dict[str, int]:
    """Return the number of objects of each class in some images, without those ignored."""
    table, names = samples.targets, samples.output_names
    used = torch.zeros(len(table), dtype=torch.bool)
    used[ids] = True
    learnt = used.repeat_interleave(table.counts) & (table.ignored == 0)  # [T]
    counts = table.labels[learnt].bincount(minlength=len(names))
    return dict(zip(names, counts.tolist(), strict=True))


def measure_sides(table: ObjectTable, settings: DataSettings) -> NDArray[np.float64]:
    """Return the shorter side of each box that is learnt, in pixels of the input.

    Those in images of unknown size are left out.
    """
    sizes, kinds = np.unique(table.sizes.numpy(), axis=0, return_inverse=True)
    scales = [scales_of(w, h, settings).tolist() if w and h else [0, 0] for w, h in sizes.tolist()]
    of_image = np.array(scales, np.float64).reshape(-1, 2)[kinds.reshape(-1)]  # [N, 2]
    of_object = of_image.repeat(table.counts.numpy(), 0)  # [T, 2]
    boxes = table.boxes.double().numpy()
    sides = ((boxes[:, 2:] - boxes[:, :2]) * of_object).min(1, initial=np.inf)
    known: NDArray[np.float64] = sides[(of_object > 0).all(1) & (table.ignored.numpy() == 0)]
    return known


def describe_targets_of(samples: Samples) -> dict[str, Any]:
    """Return the facts: how many objects of each class, in how many images, and how large."""
    table, names = samples.targets, [shown(name) for name in samples.output_names]
    counts, learnt = table.counts, table.ignored == 0
    images = torch.arange(len(table)).repeat_interleave(counts)
    pairs = torch.stack([images, table.labels], 1)[learnt].unique(dim=0)  # (image, class)
    objects = count_objects(samples, torch.arange(len(table)))
    found = pairs[:, 1].bincount(minlength=len(names)).tolist()
    facts: dict[str, Any] = {
        "objects": len(table.labels),
        "objects of": dict(zip(names, objects.values(), strict=True)),
        "images with": dict(zip(names, found, strict=True)),
        "images without objects": int((counts == 0).sum()),
        "regions of many objects, ignored": int((table.ignored == CROWD).sum()),
        "difficult objects, ignored": int((table.ignored == DIFFICULT).sum()),
    }
    if len(counts):
        facts["objects in an image"] = {"median": float(counts.median()), "most": table.most}
    sides = measure_sides(table, samples.settings)
    if len(sides):
        numbers = {"least": sides.min(), "median": np.median(sides), "most": sides.max()}
        numbers["part below 8"] = (sides < STRIDE).mean()
        numbers["part below 16"] = (sides < 2 * STRIDE).mean()
        name = "shorter side of a box, in pixels of the input"
        facts[name] = {key: float(value) for key, value in numbers.items()}
    return facts


def alike(one: Objects, other: Objects) -> bool:
    """Say whether two images have the same objects, in whatever order."""
    return sort_objects(one) == sort_objects(other)


def sort_objects(objects: Objects) -> list[list[float]]:
    """Return the class, kind and box of each object, sorted."""
    kinds = torch.stack([objects.labels, objects.ignored.long()], 1)
    return sorted(torch.cat([kinds.to(objects.boxes), objects.boxes], 1).tolist())
