"""The objects in the images of drawn.py, as a source finds them."""

from collections.abc import Sequence

import torch
from drawn import CATEGORY_IDS, SIZE, make_objects
from torch import Tensor

from pkg.batch import Batch
from pkg.data.objects import ObjectTable

OF_OBJECTS = ("boxes", "labels", "ignored", "areas")  # fields of a batch [B, M, ...]


def make_table(numbers: Sequence[int]) -> ObjectTable:
    """Return the objects in the images of these numbers."""
    objects = [make_objects(number) for number in numbers]
    rows = [row for each in objects for row in each]
    boxes = torch.tensor([box for box, _, _ in rows]).float().view(-1, 4)
    return ObjectTable(
        boxes=boxes,
        labels=torch.tensor([label for _, label, _ in rows]).long(),
        ignored=torch.tensor([kind for _, _, kind in rows]).to(torch.uint8),
        areas=(boxes[:, 2:] - boxes[:, :2]).prod(1),
        counts=torch.tensor([len(each) for each in objects]),
        sizes=torch.tensor([SIZE] * len(objects)),
        category_ids=CATEGORY_IDS,
        image_ids=[1000 + number for number in numbers],
    )


def make_batch(inputs: Tensor, boxes: Tensor, labels: Tensor, **others: Tensor) -> Batch:
    """Return images with objects, of files of the same size, but for what `others` say."""
    ids = torch.arange(len(inputs))
    plain = {
        "ignored": torch.zeros(labels.shape, dtype=torch.uint8),
        "areas": (boxes[..., 2:] - boxes[..., :2]).prod(-1),
        "scales": torch.ones(len(inputs), 2),
        "seeds": ids,
        "ids": ids,
    }
    return Batch(inputs=inputs, boxes=boxes, labels=labels, **plain | others)
