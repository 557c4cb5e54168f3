"""An exponential moving average (EMA) of the weights, which often generalises better."""

from copy import deepcopy
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn


class Average(nn.Module):
    """A copy of a model that follows its weights and buffers.

    It does what `torch.optim.swa_utils.AveragedModel` does, but counts in Python: an update
    neither reads from the device nor copies to it, and is one operation for all tensors.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        """Copy `model`; `decay` is how much of the average an update leaves as it is."""
        super().__init__()
        self.module = deepcopy(model)
        self.decay, self.count = decay, 0  # updates so far
        self.pairs: tuple[list[Tensor], list[Tensor]] | None = None  # averages, what they follow

    @torch.no_grad()
    def update_parameters(self, model: nn.Module) -> None:
        """Follow `model`, always the same one, after an update of its weights."""
        if self.pairs is None:
            self.pairs = floats(self.module), floats(model)
        averages, values = self.pairs
        if self.count == 0:
            torch._foreach_copy_(averages, values)
        else:  # with a short memory at first, or a short run would end near its start
            decay = min(self.decay, (1 + self.count) / (10 + self.count))
            torch._foreach_lerp_(averages, values, 1 - decay)
        self.count += 1

    def get_extra_state(self) -> Tensor:
        """Return what a checkpoint holds beside the tensors."""
        return torch.tensor(self.count)

    def set_extra_state(self, state: Any) -> None:
        """Go on from a checkpoint."""
        self.count = int(state)


def floats(model: nn.Module) -> list[Tensor]:
    """Return the weights and buffers to average; the others, counters, are of no use here."""
    tensors = [x.detach() for x in chain(model.parameters(), model.buffers())]
    #: if distributed
    tensors = [getattr(x, "to_local", x.detach)() for x in tensors]  # this process's shards
    #: endif
    return [x for x in tensors if x.is_floating_point()]
