"""Which detections are true: they are matched with objects by the rules of COCO's evaluation.

B images with up to D detections and M objects each; F detections and G objects in all of them.
A ranges of area, T thresholds of IoU.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..boxes import CROWD, MAX_DETECTIONS, Detections, Truth

Array = NDArray[Any]
IOUS = np.linspace(0.5, 0.95, 10)  # [T] from which on a detection may be true
AREAS = {"all": (0, 1e10), "small": (0, 32**2), "medium": (32**2, 96**2), "large": (96**2, 1e10)}
BITS = len(AREAS) * len(IOUS)
TOGETHER = 32  # images that are matched at once: fast while they fit into a cache
COUNTS = 2.0  # what is added to an IoU, at most 1, with an object that counts
Measure = Callable[[Detections, Truth, Tensor], tuple[Array, Array]]  # as `measure_boxes`


class Matches(NamedTuple):
    """The detections and the objects of some images, and which detections are true."""

    images: Array  # int64 [F] number of the image that each detection is in
    labels: Array  # int64 [F]
    scores: Array  # float32 [F]
    hits: Array  # uint8 [F, 5] the bits of bool [A, T]: whether it is an object that counts
    ignored: Array  # uint8 [F, 5] likewise: whether it is neither right nor wrong
    object_images: Array  # int64 [G]
    object_labels: Array  # int64 [G]
    counted: Array  # bool [G, A] whether an object is to be found


def measure_boxes(found: Detections, truth: Truth, columns: Tensor) -> tuple[Array, Array]:
    """Return the IoU of boxes and objects, float64 [B, D, M], and areas of the boxes [B, D].

    Args:
        found: Detections; those that are not finite have neither.
        truth: The objects to compare with.
        columns: Which they are of all objects of the images, int64 [M].
    """
    boxes, objects = (x.boxes.cpu().numpy().astype(np.float64) for x in (found, truth))
    boxes = np.where(np.isfinite(boxes).all(-1, keepdims=True), boxes, 0)
    crowd = truth.ignored.cpu().numpy()[:, None] == CROWD
    return overlap(boxes[:, :, None], objects[:, None], crowd), areas_of(boxes)


def areas_of(boxes: Array) -> Array:
    """Return the areas of boxes [..., 4]."""
    areas: Array = np.prod(boxes[..., 2:] - boxes[..., :2], -1)
    return areas


def overlap(boxes: Array, objects: Array, crowd: Array) -> Array:
    """Return the IoU of boxes and objects [..., 4]; with a crowd, the part of a box inside it."""
    corners = (
        np.maximum(boxes[..., :2], objects[..., :2]),
        np.minimum(boxes[..., 2:], objects[..., 2:]),
    )
    inside = np.prod((corners[1] - corners[0]).clip(0), -1)
    own, other = areas_of(boxes), areas_of(objects)
    union = np.where(crowd, own, own + other - inside)
    found: Array = np.divide(inside, union, out=np.zeros_like(inside), where=inside > 0)
    return found


def join(parts: Sequence[Matches]) -> Matches:
    """Return the matches of all parts, end to end."""
    return Matches(*map(np.concatenate, zip(*parts, strict=True)))


def match_all(found: Detections, truth: Truth) -> Matches:
    """Match the detections in all images [N, D] with what is there, the images numbered from 0."""
    parts = torch.arange(len(truth.labels)).split(TOGETHER)
    return join(
        [match(Detections(*(x[i] for x in found)), Truth(*(x[i] for x in truth)), i) for i in parts]
    )


def match(
    found: Detections, truth: Truth, ids: Tensor, measure: Measure = measure_boxes
) -> Matches:
    """Match the detections in some images with what is there, both in pixels of the files.

    Args:
        found: Detections [B, D]; those that are not finite are none.
        truth: Objects [B, M].
        ids: The number of each image, int64 [B].
        measure: How much they overlap.
    """
    order, scores, labels = sort(found)
    # From the last to the first, since of objects with the same IoU the last one is taken.
    columns = torch.nonzero((truth.labels >= 0).any(0))[:, 0].flip(0)
    truth = Truth(*(x[:, columns] for x in truth))
    wanted, ignored, areas = (
        x.cpu().numpy() for x in (truth.labels, truth.ignored, truth.areas)
    )  # [B, M]
    overlaps, sizes = measure(found, truth, columns)
    rows = np.arange(len(order))[:, None]
    overlaps = np.where(labels[:, :, None] == wanted[:, None], overlaps[rows, order], 0)
    counted = (wanted >= 0)[..., None] & (ignored == 0)[..., None] & within(areas)  # [B, M, A]
    hits, neither = assign(overlaps, counted, ignored == CROWD)  # two of [B, D, A, T]
    neither |= ~hits & ~within(sizes[rows, order])[..., None]
    kept, present, numbers = np.nonzero(keep(labels)), np.nonzero(wanted >= 0), ids.cpu().numpy()
    return Matches(
        images=numbers[kept[0]],
        labels=labels[kept],
        scores=scores[kept],
        hits=pack(hits[kept]),
        ignored=pack(neither[kept]),
        object_images=numbers[present[0]],
        object_labels=wanted[present],
        counted=counted[present],
    )


def pack(flags: Array) -> Array:
    """Return bools [F, A, T] as bits [F, 5]."""
    return np.packbits(flags.reshape(-1, BITS), 1)


def unpack(bits: Array) -> Array:
    """Return bits [F, 5] as bools [F, A, T]."""
    return np.unpackbits(bits, 1, BITS).reshape(-1, len(AREAS), len(IOUS)).astype(bool)


def sort(found: Detections) -> tuple[Array, Array, Array]:
    """Return int64 [B, D] that puts the surest first; scores and labels [B, D] in that order."""
    boxes, scores, labels = (x.cpu().numpy() for x in (found.boxes, found.scores, found.labels))
    good = np.isfinite(scores) & np.isfinite(boxes).all(-1)
    labels, scores = np.where(good, labels, -1), np.where(good, scores, 0)
    order = np.argsort(-scores, 1, kind="stable")  # [B, D]
    rows = np.arange(len(order))[:, None]
    return order, scores[rows, order], labels[rows, order]


def keep(labels: Array) -> Array:
    """Say of each detection, the surest first, whether it is evaluated: bool [B, D]."""
    kept: Array = labels >= 0
    if labels.shape[1] > MAX_DETECTIONS:
        same = labels[:, :, None] == labels[:, None]  # [B, D, D]
        kept &= np.tril(same, -1).sum(2) < MAX_DETECTIONS  # surer ones of the class
    return kept


def within(areas: Array) -> Array:
    """Say for areas [...] whether they are in each range, both ends included: bool [..., A]."""
    low, high = np.array([*AREAS.values()]).T
    inside: Array = (areas[..., None] >= low) & (areas[..., None] <= high)
    return inside


def assign(overlaps: Array, counted: Array, crowd: Array) -> tuple[Array, Array]:
    """Give each detection in turn the object that it overlaps most and that is still free.

    An object that counts goes before one that does not; a crowd is never used up.

    Args:
        overlaps: IoU of detections, the surest first, and objects of their class [B, D, M].
        counted: Whether an object is to be found [B, M, A].
        crowd: Whether it is a crowd [B, M].

    Returns:
        Whether a detection is given an object that counts, and whether one that does not: two of
        bool [B, D, A, T].
    """
    shape, places = (len(AREAS), len(IOUS)), overlaps >= IOUS[0]
    hits, neither = (np.zeros((*overlaps.shape[:2], *shape), bool) for _ in range(2))
    taken = np.zeros((*crowd.shape, *shape), bool)
    images, detections = np.nonzero(places.any(2))  # of those that may get an object
    turns = np.arange(len(images)) - np.searchsorted(images, images)  # in their image
    most = places.sum(2).max(initial=0)  # C: objects that one detection may get
    for turn in range(turns.max(initial=-1) + 1):  # at once in all images
        i, d = images[turns == turn], detections[turns == turn]  # two of [R]
        near = np.argsort(-overlaps[i, d], 1, kind="stable")[:, :most]  # [R, C] objects
        values = overlaps[i[:, None], d[:, None], near][..., None, None]  # [R, C, 1, 1]
        free = ~taken[i[:, None], near] | crowd[i[:, None], near][..., None, None]
        counts = COUNTS * counted[i[:, None], near][..., None]  # [R, C, A, 1]
        ranks = np.where(free & (values >= IOUS), values + counts, 0)  # [R, C, A, T]
        best, rank = ranks.argmax(1), ranks.max(1)  # two of [R, A, T]
        hits[i, d], neither[i, d] = rank > COUNTS, (rank > 0) & (rank < COUNTS)
        r, a, t = np.nonzero(rank)
        taken[i[r], near[r, best[r, a, t]], a, t] = True
    return hits, neither
