"""Average precision by COCO's rules, of all images or of any draw of them.

Detections are matched and sorted once; a draw only says how often each image counts.
F detections, H hits among them, K classes, N images; A ranges of area, T thresholds of IoU.
"""

import math
from typing import NamedTuple

import numpy as np

from .matching import AREAS, IOUS, Array, Matches, unpack

RECALLS = np.linspace(0, 1, 101)  # [R] at which precision is averaged


class Best(NamedTuple):
    """The threshold that separates best: that of the highest F1."""

    f1: float
    threshold: float  # midway between the last score that counts and the next; nan without hits


class Ranking:
    """The detections of each class, the surest first; at each threshold of IoU there are K anew."""

    def __init__(self, images: Array, labels: Array, hits: Array, num_classes: int) -> None:
        """Take the image, the class and bool [F] whether it is a hit of each, in that order."""
        self.images, self.hits = images, np.flatnonzero(hits)  # [F], [H]
        self.labels = labels[self.hits]  # [H]
        classes = np.arange(num_classes + 1)
        self.starts = np.searchsorted(labels, classes[:-1])  # [K] first detection of each class
        self.bounds = np.searchsorted(self.labels, classes)  # [K + 1] first hit of each class

    def count(self, draws: Array) -> tuple[Array, Array]:
        """Return hits [H + 1] before each one, and the detections of its class up to it [H]."""
        found = running(draws[self.images[self.hits]])
        seen = running(draws[self.images])
        return found, seen[self.hits + 1] - seen[self.starts[self.labels]]

    def curve(self, draws: Array) -> tuple[Array, Array]:
        """Return hits [H + 1] before each one, and the best precision from its recall on [H]."""
        found, seen = self.count(draws)
        own = found[1:] - found[self.bounds[self.labels]]  # [H] hits of its class up to it
        precision = own / np.maximum(seen, 1)
        # One running maximum for all classes: 2 more for each class keeps them apart.
        steps = 2.0 * (len(self.starts) - self.labels)
        best = np.maximum.accumulate((precision + steps)[::-1])[::-1] - steps
        return found, best

    def score(self, draws: Array, objects: Array) -> tuple[Array, Array]:
        """Return average precision and recall of each class [K]; nan where there is no object.

        Args:
            draws: How often each image counts [N].
            objects: How many objects there are to find in each class [K].
        """
        found, best = self.curve(draws)
        firsts, ends = self.bounds[:-1], self.bounds[1:]
        places = np.searchsorted(found[1:], found[firsts][:, None] + needed(objects))  # [K, R]
        reached = places < ends[:, None]
        precision = np.where(reached, np.append(best, 0)[places], 0).mean(1)
        none = np.where(objects > 0, 0, math.nan)
        return precision + none, (found[ends] - found[firsts]) / np.maximum(objects, 1) + none


def running(counts: Array) -> Array:
    """Return what is before each of the counts [F], and at the end: [F + 1]."""
    return np.concatenate([[0.0], counts.cumsum()])


def needed(objects: Array) -> Array:
    """Return how many hits each recall takes with so many objects [K]: [K, R], at least one.

    That is the smallest number whose quotient is not below the recall, rounded as quotients are.
    """
    total = np.maximum(objects, 1)[:, None]
    hits = np.floor(RECALLS * total)
    for _ in range(2):
        hits += hits / total < RECALLS
    return np.maximum(hits, 1)


def find_best(scores: Array, hits: Array, draws: Array, objects: float) -> Best:
    """Return the best F1 of detections, the surest first, and its threshold.

    Args:
        scores: Of each detection [F].
        hits: Whether it is one, bool [F].
        draws: How often it counts [F].
        objects: How many there are to find.
    """
    f1 = f1_of(scores, hits, draws, objects)
    if objects == 0 or not f1.any():
        return Best(0.0 if objects else math.nan, math.nan)
    last = f1.argmax()
    around = [*scores[last : last + 2].tolist(), 0.0]  # 0 where nothing is less sure
    return Best(float(f1[last]), sum(around[:2]) / 2)


def f1_of(scores: Array, hits: Array, draws: Array, objects: float) -> Array:
    """Return F1 [F] where a detection is the last that counts; 0 where the next is as sure."""
    f1 = 2 * (draws * hits).cumsum() / np.maximum(draws.cumsum() + objects, 1)
    f1[:-1][scores[1:] == scores[:-1]] = 0
    return f1


class Precision:
    """The metrics of detections in any draw of images."""

    def __init__(self, matches: Matches, num_classes: int) -> None:
        """Sort the detections, whatever order they come in."""
        order = np.lexsort((matches.images, -matches.scores, matches.labels))
        self.images, self.labels, self.scores, hits, ignored = (x[order] for x in matches[:5])
        self.hits, self.ignored = unpack(hits), unpack(ignored)  # bool [F, A, T]
        self.object_images, self.object_labels, self.counted = matches[5:]
        self.num_classes = num_classes
        self.rankings = [self.rank(a) for a in range(len(AREAS))]
        judged = np.flatnonzero(~self.ignored[:, 0, 0])  # at the lowest IoU, of any area
        self.sure = judged[np.argsort(-self.scores[judged], kind="stable")]  # the surest first

    def rank(self, a: int) -> Ranking:
        """Return the ranking in a range of area, at all thresholds: classes [T x K]."""
        t, rows = np.nonzero(~self.ignored[:, a].T)
        hits, labels = self.hits[rows, a, t], t * self.num_classes + self.labels[rows]
        return Ranking(self.images[rows], labels, hits, len(IOUS) * self.num_classes)

    def score(self, draws: Array, a: int = 0) -> tuple[Array, Array]:
        """Return average precision and recall in a range of area: two of [T, K]."""
        objects = np.tile(self.count_objects(draws, a), len(IOUS))
        ap, recall = self.rankings[a].score(draws, objects)
        shape = len(IOUS), self.num_classes
        return ap.reshape(shape), recall.reshape(shape)

    def every(self) -> Array:
        """Return the draw in which each image counts once [N]."""
        numbers = np.concatenate([[-1], self.images, self.object_images])
        return np.ones(numbers.max() + 1)

    def count_objects(self, draws: Array, a: int = 0) -> Array:
        """Return how many objects of each class there are to find in a range of area [K]."""
        there = self.counted[:, a]
        weights = draws[self.object_images[there]]
        return np.bincount(self.object_labels[there], weights, self.num_classes)

    def metrics(self, draws: Array) -> dict[str, float]:
        """Return every metric; a class without objects leaves the means, and all may be nan.

        Args:
            draws: How often each image counts [N].
        """
        precisions, recalls = zip(*(self.score(draws, a) for a in range(len(AREAS))), strict=True)
        best = self.best(draws)
        return {
            "map": mean(precisions[0]),
            "map_50": mean(precisions[0][0]),
            "map_75": mean(precisions[0][5]),
            **{f"map_{name}": mean(precisions[a]) for a, name in enumerate(AREAS) if a},
            "mar_100": mean(recalls[0]),
            "f1": best.f1,
            "threshold": best.threshold,
        }

    def best(self, draws: Array) -> Best:
        """Return the best F1 over all classes, at the lowest IoU."""
        hits, counts = self.hits[self.sure, 0, 0], draws[self.images[self.sure]]
        objects = float(self.count_objects(draws).sum())
        return find_best(self.scores[self.sure], hits, counts, objects)

    def each(self, draws: Array) -> list[dict[str, float]]:
        """Return the metrics of each class."""
        objects = self.count_objects(draws)
        ap, _ = self.score(draws)  # [T, K]
        rows = []
        for k, count in enumerate(objects.tolist()):
            mine = self.sure[self.labels[self.sure] == k]
            counts = draws[self.images[mine]]
            best = find_best(self.scores[mine], self.hits[mine, 0, 0], counts, count)
            values = {"objects": count, "ap": float(ap[:, k].mean()), "ap_50": float(ap[0, k])}
            rows.append({**values, "f1": best.f1})
        return rows


def mean(values: Array) -> float:
    """Return the mean of what is known; nan where nothing is."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan
