"""Random numbers that belong to a sample, not to a generator.

A draw is a hash of (seed, epoch, sample id, stream, column), so it is the same on
every device, in every batch that the sample may land in, and after every resume.
"""

from hashlib import blake2b
from typing import NamedTuple

import torch
from torch import Tensor

GOLDEN_GAMMA = -0x61C8864680B583EB  # 2^64 / golden ratio, as SplitMix64's step


class Draws(NamedTuple):
    """One epoch's random numbers for the samples of a batch."""

    seed: int
    epoch: int
    ids: Tensor  # int64 [B]

    def uniform(self, stream: str, count: int = 1) -> Tensor:
        """Return float32 [B, count] in [0, 1): equal calls return equal numbers.

        A `stream` names the use, such as "rotation": two uses do not share numbers.
        """
        name = f"{self.seed} {self.epoch} {stream}".encode()
        key = int.from_bytes(blake2b(name, digest_size=8).digest(), "big", signed=True)
        columns = torch.arange(count, device=self.ids.device)  # [count]
        samples = mix(self.ids * GOLDEN_GAMMA + key)  # [B]
        bits = mix(samples[:, None] + (columns + 1) * GOLDEN_GAMMA)  # [B, count]
        return shift_right(bits, 40).float() * 2.0**-24  # 24 bits, as float32 holds


def mix(x: Tensor) -> Tensor:
    """Scatter the bits of int64 `x`, as SplitMix64 does (Steele et al., 2014)."""
    x = (x ^ shift_right(x, 30)) * -0x40A7B892E31B1A47
    x = (x ^ shift_right(x, 27)) * -0x6B2FB644ECCEEE15
    return x ^ shift_right(x, 31)


def shift_right(x: Tensor, bits: int) -> Tensor:
    """Shift int64 `x` and fill with zeros: `>>` alone would copy the sign bit."""
    return (x >> bits) & ((1 << (64 - bits)) - 1)
