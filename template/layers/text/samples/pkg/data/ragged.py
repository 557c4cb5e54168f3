"""Rows of whole numbers that differ in length, end to end in one tensor."""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import NamedTuple

import torch
from torch import Tensor

NONE = -1  # what fills up a row that is shorter than others


class Ragged(NamedTuple):
    """N rows on the CPU."""

    values: Tensor  # int32 [sum of the lengths]
    ends: Tensor  # int64 [N + 1] where each row ends, after a 0

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]]) -> "Ragged":
        """Put rows end to end."""
        rows = [*rows]
        values = torch.tensor([*chain.from_iterable(rows)], dtype=torch.int32)
        return cls(
            values, torch.tensor([*accumulate(map(len, rows), initial=0)], dtype=torch.int64)
        )

    @property
    def lengths(self) -> Tensor:
        """Return the length of each row, int64 [N]."""
        return self.ends.diff()

    def padded(self, ids: Tensor) -> Tensor:
        """Return rows by their numbers [B] as int64 [B, T], T of the longest, with -1 after each.

        No row is cut, and T is 0 where all are empty.
        """
        starts, ends = self.ends[ids], self.ends[ids + 1]
        longest = int((ends - starts).max()) if len(ids) else 0
        places = starts[:, None] + torch.arange(longest)  # [B, T]
        inside = places < ends[:, None]
        if not inside.any():
            return torch.full(places.shape, NONE)
        found = self.values[places.clamp(max=len(self.values) - 1)].long()
        return found.where(inside, NONE)
