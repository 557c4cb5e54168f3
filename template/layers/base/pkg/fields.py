"""What a model says of samples: a tensor, or a tuple of tensors; the first axis counts them."""

from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor


def to_cpu(values: Any) -> Any:
    """Return the values on the CPU, floats in 32 bits."""
    if isinstance(values, Tensor):
        return values.float().cpu() if values.is_floating_point() else values.cpu()
    return type(values)(*map(to_cpu, values))


def joined(parts: Sequence[Any]) -> Any:
    """Return the values of all parts, end to end."""
    if isinstance(parts[0], Tensor):
        return torch.cat(list(parts))
    return type(parts[0])(*map(joined, zip(*parts, strict=True)))


def each(values: Any) -> Iterator[Any]:
    """Yield the values of each sample, on the CPU; floats in 64 bits."""
    if isinstance(values, Tensor):
        yield from values.cpu().double() if values.is_floating_point() else values.cpu()
        return
    for row in zip(*map(each, values), strict=True):
        yield type(values)(*row)
