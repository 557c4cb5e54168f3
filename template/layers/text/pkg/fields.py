"""What a model says of samples: a tensor, or a tuple of tensors; the first axis counts them.

Texts differ in length: -1 fills up whole numbers [N, T, ...] of those that are shorter.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor


def to_cpu(values: Any) -> Any:
    """Return the values on the CPU, floats in 32 bits."""
    if isinstance(values, Tensor):
        return values.float().cpu() if values.is_floating_point() else values.cpu()
    return type(values)(*map(to_cpu, values))


def joined(parts: Sequence[Any]) -> Any:
    """Return the values of all parts, end to end."""
    if not isinstance(parts[0], Tensor):
        return type(parts[0])(*map(joined, zip(*parts, strict=True)))
    if parts[0].ndim < 2 or parts[0].is_floating_point():
        return torch.cat(list(parts))
    return torch.cat(same_length(parts))


def same_length(parts: Sequence[Tensor]) -> list[Tensor]:
    """Return whole numbers [N, T, ...] of one length T, that of the longest."""
    longest = max(part.shape[1] for part in parts)
    rest = [0, 0] * (parts[0].ndim - 2)  # of the axes after T, the last one first
    return [F.pad(part, [*rest, 0, longest - part.shape[1]], value=-1) for part in parts]


def each(values: Any) -> Iterator[Any]:
    """Yield the values of each sample, on the CPU; floats in 64 bits."""
    if isinstance(values, Tensor):
        yield from values.cpu().double() if values.is_floating_point() else values.cpu()
        return
    for row in zip(*map(each, values), strict=True):
        yield type(values)(*row)
