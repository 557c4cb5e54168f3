"""Points in the plane, for tasks that make some: their random numbers belong to samples."""

from typing import NamedTuple

import torch
from torch import Tensor

from pkg.engine.data.draws import Draws


class PointBatch(NamedTuple):
    """Points in the plane, with random numbers of their own in each epoch."""

    points: Tensor  # [B, 2]
    ids: Tensor  # int64 [B]
    seed: int = 0
    epoch: int = 0

    @property
    def draws(self) -> Draws:
        return Draws(self.seed, self.epoch, self.ids)

    @property
    def size(self) -> int:
        return len(self.ids)

    def cut(self, start: int, end: int) -> "PointBatch":
        return self._replace(points=self.points[start:end], ids=self.ids[start:end])

    def to(self, device: torch.device) -> "PointBatch":
        return self._replace(points=self.points.to(device), ids=self.ids.to(device))


def make_points(ids: Tensor) -> PointBatch:
    """Make up points around (1, -1)."""
    offset = torch.tensor([1.0, -1.0])
    return PointBatch(offset + 0.1 * Draws(0, 0, ids).normal("points", 2), ids)


def with_draws(batch: PointBatch, epoch: int) -> PointBatch:
    """Give a batch the random numbers of an epoch."""
    return batch._replace(epoch=epoch)
