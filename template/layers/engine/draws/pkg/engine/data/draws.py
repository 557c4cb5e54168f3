"""Random numbers that belong to a sample, not to a generator.

A draw is a hash of (seed, epoch, sample id, use, column), so it is the same on every device, in
every batch that the sample may land in, and after every resume.
"""

from hashlib import blake2b
from typing import NamedTuple

import torch
from torch import Tensor

GOLDEN_GAMMA = -0x61C8864680B583EB  # 2^64 / golden ratio, as SplitMix64's step
SECOND_GAMMA = -0x2E4AB5CD2D6D12FD  # for the second of two numbers (Roberts, 2018)


class Draws(NamedTuple):
    """One epoch's random numbers for the samples of a batch."""

    seed: int
    epoch: int
    ids: Tensor  # int64 [B]

    def integers(self, use: str, count: int = 1) -> Tensor:
        """Return int64 [B, count] of any size: numbers of their own for each use."""
        name = f"{self.seed} {self.epoch} {use}".encode()
        key = int.from_bytes(blake2b(name, digest_size=8).digest(), "big", signed=True)
        columns = torch.arange(count, device=self.ids.device) * SECOND_GAMMA + key  # [count]
        return mix(self.ids[:, None] * GOLDEN_GAMMA + columns)

    def uniform(self, use: str, count: int = 1) -> Tensor:
        """Return float32 [B, count] in [0, 1)."""
        bits = self.integers(use, count)
        return (bits >> 40 & 0xFFFFFF) * 2.0**-24  # 24 bits, as float32 holds

    def normal(self, use: str, count: int = 1) -> Tensor:
        """Return float32 [B, count] of mean 0 and deviation 1 (Box and Muller, 1958)."""
        radius, angle = self.uniform(use, 2 * count).chunk(2, dim=1)  # two of [B, count]
        return (-2 * torch.log1p(-radius)).sqrt() * torch.cos(2 * torch.pi * angle)


def mix(x: Tensor) -> Tensor:
    """Scatter the bits of int64 `x`, as SplitMix64 does (Steele et al., 2014)."""
    for bits, factor in ((30, -0x40A7B892E31B1A47), (27, -0x6B2FB644ECCEEE15), (31, 1)):
        shifted = (x >> bits) & ((1 << (64 - bits)) - 1)  # `>>` alone would copy the sign bit
        x = (x ^ shifted) * factor
    return x
