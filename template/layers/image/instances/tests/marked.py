"""The objects in the images of drawn.py, as a source finds them."""

from collections.abc import Sequence

import numpy as np
import torch
from drawn import CATEGORY_IDS, SIZE, make_objects
from PIL import Image, ImageDraw
from torch import Tensor

from pkg.batch import Batch
from pkg.data.formats.run_lengths import Mask, encode
from pkg.data.objects import ObjectTable
from pkg.masks import paste

OF_OBJECTS = ("boxes", "labels", "ignored", "areas", "masks")  # fields of a batch [B, M, ...]


def make_table(numbers: Sequence[int]) -> ObjectTable:
    """Return the objects in the images of these numbers."""
    objects = [make_objects(number) for number in numbers]
    rows = [row for each in objects for row in each]
    masks = [draw_mask(box, label) for box, label, _ in rows]
    runs = [encode(mask) for mask in masks]
    return ObjectTable(
        boxes=torch.tensor([box for box, _, _ in rows]).float().view(-1, 4),
        labels=torch.tensor([label for _, label, _ in rows]).long(),
        ignored=torch.tensor([kind for _, _, kind in rows]).to(torch.uint8),
        areas=torch.tensor([float(mask.sum()) for mask in masks]),
        runs=torch.tensor([*b"".join(runs)], dtype=torch.uint8),
        ends=torch.tensor([len(each) for each in runs]).long().cumsum(0),
        counts=torch.tensor([len(each) for each in objects]),
        sizes=torch.tensor([SIZE] * len(objects)),
        category_ids=CATEGORY_IDS,
        image_ids=[1000 + number for number in numbers],
    )


def draw_mask(box: list[int], label: int) -> Mask:
    """Return the mask [H, W] of a square or a disc: of the pixels that are in its box."""
    mask = Image.new("L", SIZE)
    paint = ImageDraw.Draw(mask)
    draw = (paint.rectangle, paint.ellipse)[label]
    draw((box[0], box[1], box[2] - 1, box[3] - 1), fill=1)
    return np.asarray(mask)


def make_batch(inputs: Tensor, boxes: Tensor, labels: Tensor, **others: Tensor) -> Batch:
    """Return images with objects, of files of the same size, but for what `others` say.

    Masks fill their boxes.
    """
    ids, size = torch.arange(len(inputs)), (inputs.shape[2], inputs.shape[3])
    whole = torch.full((labels.shape[1], 1, 1), 255, dtype=torch.uint8)
    masks = [paste(whole, each, size).to(torch.uint8) for each in boxes]
    plain = {
        "ignored": torch.zeros(labels.shape, dtype=torch.uint8),
        "areas": (boxes[..., 2:] - boxes[..., :2]).prod(-1),
        "masks": torch.stack(masks),
        "sizes": torch.tensor([size[::-1]] * len(inputs)),
        "scales": torch.ones(len(inputs), 2),
        "seeds": ids,
        "ids": ids,
    }
    return Batch(inputs=inputs, boxes=boxes, labels=labels, **plain | others)
