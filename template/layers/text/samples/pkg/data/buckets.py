"""Texts of similar length in one batch, so that hardly any of it is padding."""

import torch
from torch import Tensor

POOL = 100  # batches whose samples are sorted together


class Buckets:
    """Arranges the samples of an epoch: what nothing but their random order and a draw decide."""

    def __init__(self, lengths: Tensor, batch_size: int) -> None:
        """Take the lengths of all texts of the data set, int64 [N]."""
        self.lengths, self.batch_size = lengths, batch_size

    def __call__(self, order: Tensor, generator: torch.Generator) -> Tensor:
        """Return the samples [M] in another order: batch by batch, each of similar lengths.

        Samples that come one after the other are sorted by length, as many as `POOL` batches
        have, and cut into batches, which come in a random order. The last batch of an epoch may
        be smaller, and is as random as others.
        """
        size, rest = self.batch_size, len(order) % self.batch_size
        *pools, last = [self.sort(pool) for pool in order.split(POOL * size)]
        first = size * int(torch.randint(len(last) // size + 1, (), generator=generator))
        smaller = last[first : first + rest]
        pools.append(torch.cat([last[:first], last[first + rest :]]))
        batches = [batch for pool in pools for batch in pool.split(size)]
        turns = torch.randperm(len(batches), generator=generator).tolist()
        return torch.cat([*(batches[i] for i in turns), smaller])

    def sort(self, ids: Tensor) -> Tensor:
        """Return samples by length; those of one length in the order they came in."""
        return ids[self.lengths[ids].sort(stable=True).indices]
