"""What keeps a run alive: memory that runs out, and numbers that are not finite.

The loop asks here in one line each. Nothing is read off the device for it: whether an update was
good is a flag there, which the optimizer heeds, and which is read at the next log point.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, pairwise
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from tqdm import tqdm

from .errors import GaveUp, UserError, is_memory
from .optim import apply_now

T = TypeVar("T")


class Diverged(Exception):
    """Several updates in a row were not finite: with a message, and the number of setbacks."""


class Guard:
    """Undoes what a batch that failed did to buffers and random numbers."""

    def __init__(self, model: nn.Module) -> None:
        """Watch the buffers, such as batch statistics."""
        norms = nn.modules.batchnorm._BatchNorm
        self.norms = any(isinstance(module, norms) for module in model.modules())
        floats = (buffer for buffer in model.buffers() if buffer.is_floating_point())
        self.buffers = [x.as_strided([x.numel()], [1]) for x in floats]  # of any memory format
        self.sizes = [len(buffer) for buffer in self.buffers]
        device = next(model.parameters()).device
        self.gpu = device if device.type == "cuda" else None

    def remember(self) -> None:
        """Keep what can be undone."""
        self.random = torch.get_rng_state()
        if self.buffers:
            self.before = torch.cat(self.buffers)
        if self.gpu is not None:
            self.gpu_random = torch.cuda.get_rng_state(self.gpu)

    def check(self, state: Any, loss: Tensor, bad: Tensor) -> Tensor:
        """Let the optimizer skip an update that is `bad`, 1 or 0 [], and undo it; return `bad`."""
        if state.scaler.is_enabled():  # which tries for gradients that are too large
            small = state.scaler._get_scale_async() < 1  # where that can no longer be the reason
            bad = (~loss.isfinite() | (bad.bool() & small)).float()
        if self.buffers:
            kept = torch.where(bad == 0, torch.cat(self.buffers), self.before)
            torch._foreach_copy_(self.buffers, kept.split(self.sizes))
        state.optimizer.found_inf = bad
        if bad.device.type == "mps":
            apply_now(state.optimizer)
        return bad

    def undo(self) -> None:
        """Go back to what was kept."""
        if self.buffers:
            torch._foreach_copy_(self.buffers, self.before.split(self.sizes))
        torch.set_rng_state(self.random)
        if self.gpu is not None:
            torch.cuda.set_rng_state(self.gpu_random, self.gpu)

    def parts(self, state: Any, batches: list[Any]) -> Iterable[Any]:
        """Return the batches in parts that fit into memory."""
        return chain.from_iterable(split(x, state.progress.micro_batch) for x in batches)

    #: if distributed
    def settle(self, loss_sum: Tensor, weight: Tensor | float) -> tuple[Tensor, Tensor | float]:
        """Return the sums over all samples of the update that the gradients are of."""
        return loss_sum, weight

    #: endif
    def fit_memory(self, state: Any, largest: int, work: Callable[[], T]) -> T:
        """Call `work` until batches of `largest` fit into memory, in parts half as large."""
        while (done := attempt(work)) is None:
            self.undo()
            state.optimizer.zero_grad()
            parts = halve(min(state.progress.micro_batch or largest, largest))
            state.progress.micro_batch = parts
            doubt = ": batch statistics, though, are now those of a part" if self.norms else ""
            tqdm.write(f"out of memory: {parts} samples at once from now on, equal updates{doubt}")
        return done


def in_parts(batches: Iterable[Any], work: Callable[[Any], T]) -> Iterator[tuple[Any, T]]:
    """Yield what `work` makes of each batch, in parts where they do not fit into memory."""
    limit: int | None = None  # samples at once
    for batch in batches:
        rest = [batch]
        while rest:
            part, *rest = chain.from_iterable(split(x, limit) for x in rest)
            if (result := attempt(partial(work, part))) is None:
                limit, rest = halve(len(part.ids)), [part, *rest]
            else:
                yield part, result


def attempt(work: Callable[[], T]) -> T | None:
    """Return what `work` makes, or None if memory ran out: no traceback holds tensors then."""
    try:
        return work()
    except RuntimeError as error:
        if not is_memory(error):
            raise
    except ValueError as error:
        if "more than 1 value per channel" not in str(error):
            raise
        advice = "batch statistics need two samples at once: choose a larger training.batch_size"
        raise UserError(advice) from None
    return None


def split(batch: Any, size: int | None) -> list[Any]:
    """Cut a batch into nearly equal ones of at most `size` samples, or leave it whole."""
    count = len(batch.ids)
    if size is None or size >= count:
        return [batch]
    number = -(-count // size)
    ends = [-(-count * i // number) for i in range(number + 1)]  # larger ones first
    return [type(batch)(*(field[i:j] for field in batch)) for i, j in pairwise(ends)]


def set_back(state: Any, setbacks: int) -> None:
    """Halve the learning rate for each of so many setbacks that `state` does not know of."""
    scale_rate(state, 0.5 ** max(0, setbacks - state.progress.setbacks))
    state.progress.setbacks = max(setbacks, state.progress.setbacks)


def scale_rate(state: Any, share: float) -> None:
    """Multiply the learning rate, now and from here on."""
    state.scheduler.base_lrs = [rate * share for rate in state.scheduler.base_lrs]
    for group in state.optimizer.param_groups:
        group["lr"] *= share


def halve(size: int) -> int:
    """Return the next smaller number of samples to try."""
    if size == 1:
        raise GaveUp("out of memory with one sample: choose a smaller model or data.input_shape")
    torch.cuda.empty_cache()
    return -(-size // 2)
