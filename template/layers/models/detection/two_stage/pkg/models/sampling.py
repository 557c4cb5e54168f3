"""Which anchors and regions of an image are learnt: as many objects as there are, up to a part."""

import torch
from torch import Tensor

from ..engine.data.draws import Draws


class Sampler:
    """Draws some, by a seed of each image: torchvision's would draw by the state of a generator."""

    def __init__(self, use: str, count: int, positive_fraction: float) -> None:
        """Take a name for the use of the draws, how many to draw, and how many of objects."""
        self.use, self.count, self.num_positive = use, count, int(count * positive_fraction)
        self.seeds: Tensor | None = None  # int64, one for each image of the next call

    def __call__(self, labels: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
        """Return masks of what was drawn in each image: of objects, and of background.

        Args:
            labels: In each image [N], above 0 for objects, 0 for background, below 0 for neither.
        """
        assert self.seeds is not None
        objects, background = [], []
        for each, seed in zip(labels, self.seeds, strict=True):
            order = Draws(0, 0, seed[None]).integers(self.use, len(each))[0]
            objects.append(first(each > 0, order, self.num_positive))
            rest = self.count - objects[-1].sum()
            background.append(first(each == 0, order, rest))
        return objects, background


def first(eligible: Tensor, order: Tensor, limit: Tensor | int) -> Tensor:
    """Return a mask [N] of up to `limit` of those that are eligible, those of lowest `order`."""
    order = order.masked_fill(~eligible, torch.iinfo(order.dtype).max)
    ranks = order.argsort().argsort()
    return eligible & (ranks < limit)
