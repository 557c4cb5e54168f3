"""What keeps a run alive: memory that runs out, and numbers that are not finite.

The loop asks here in one line each. Nothing is read off the device for it: whether an update was
good is a flag there, which the optimizer heeds, and which is read at the next log point.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import partial
from itertools import chain, pairwise
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from tqdm import tqdm

from .errors import GaveUp, UserError, is_memory
from .optim import apply_now, supports_flags

T = TypeVar("T")


class Diverged(Exception):
    """Several updates in a row were not finite: with a message, and the number of setbacks."""


class Guard:
    """Undoes what a batch that failed did to buffers, counts and random numbers."""

    def __init__(self, model: nn.Module) -> None:
        """Watch the buffers, such as batch statistics."""
        norms = nn.modules.batchnorm._BatchNorm
        self.norms = any(isinstance(module, norms) for module in model.modules())
        floats = (buffer for buffer in model.buffers() if buffer.is_floating_point())
        self.buffers = [x.as_strided([x.numel()], [1]) for x in floats]  # of any memory format
        self.sizes = [len(buffer) for buffer in self.buffers]
        device = next(model.parameters()).device
        self.gpu = device if device.type == "cuda" else None
        self.counts: tuple[Any, Any] | None = None  # metrics, and what they held before
        self.before: Tensor | None = None  # all buffers, end to end, after the last update

    def begin(self) -> None:
        """Begin an epoch, before which anything may have written to the buffers."""
        self.before = None

    def remember(self) -> None:
        """Keep what can be undone."""
        self.counts = None
        self.random = torch.get_rng_state()
        if self.buffers and self.before is None:
            self.before = torch.cat(self.buffers)
        if self.gpu is not None:
            self.gpu_random = torch.cuda.get_rng_state(self.gpu)

    def undo(self) -> None:
        """Go back to what was kept."""
        if self.before is not None:
            torch._foreach_copy_(self.buffers, self.before.split(self.sizes))
        if self.counts is not None:
            metrics, before = self.counts
            metrics.load_state_dict(before)
            self.counts = None
        torch.set_rng_state(self.random)
        if self.gpu is not None:
            torch.cuda.set_rng_state(self.gpu_random, self.gpu)

    @torch.no_grad()
    def count(self, metrics: Any, loss: Any, part: Any) -> None:
        """Let the metrics see a part; a loss that is not finite counts for nothing."""
        total = loss.total.nan_to_num(0.0, 0.0, 0.0)
        weight = (total == loss.total) * loss.weight  # fewer operations than isfinite
        metrics.update(loss._replace(total=total, weight=weight), part)

    def count_early(self, metrics: Any, loss: Any, part: Any) -> None:
        """Let the metrics see a part while others are to come, for which memory may run out."""
        if self.counts is None:
            self.counts = metrics, deepcopy(metrics.state_dict())
        self.count(metrics, loss, part)

    def check(self, scaler: Any, optimizer: Any, loss: Tensor, bad: Tensor) -> Tensor:
        """Let the optimizer skip an update that is `bad`, 1 or 0 [], and undo it; return `bad`."""
        if scaler.is_enabled():  # which tries for gradients that are too large
            small = scaler._get_scale_async() < 1  # where that can no longer be the reason
            bad = (~loss.isfinite() | (bad.bool() & small)).float()
        if self.before is not None:
            self.before = torch.where(bad == 0, torch.cat(self.buffers), self.before)
            torch._foreach_copy_(self.buffers, self.before.split(self.sizes))
        optimizer.found_inf = bad
        if not supports_flags(optimizer, bad.device):
            apply_now(optimizer)
        return bad

    def parts(self, state: Any, batches: list[Any]) -> Iterable[Any]:
        """Return the batches in parts that fit into memory."""
        return chain.from_iterable(split(x, state.progress.micro_batch) for x in batches)

    #: if distributed
    def settle(
        self, loss: Tensor, weight: Tensor | float, terms: dict[str, Tensor]
    ) -> tuple[Tensor, Tensor | float, dict[str, Tensor]]:
        """Return the sums over all samples of the update that the gradients are of."""
        return loss, weight, terms

    #: endif
    def fit_memory(self, state: Any, largest: int, work: Callable[[], T]) -> T:
        """Call `work` until batches of `largest` fit into memory, in parts half as large.

        Raises:
            GaveUp: not even one sample fits.
        """
        while (done := attempt(work)) is None:
            self.undo()
            for weight in state.weights:
                weight.grad = None
            parts = halve(min(state.progress.micro_batch or largest, largest))
            state.progress.micro_batch = parts
            doubt = ": batch statistics, though, are now those of a part" if self.norms else ""
            tqdm.write(f"out of memory: {parts} samples at once from now on, equal updates{doubt}")
        return done


def in_parts(batches: Iterable[Any], work: Callable[[Any], T]) -> Iterator[tuple[Any, T]]:
    """Yield what `work` makes of each batch, in parts where they do not fit into memory.

    Raises:
        GaveUp: not even one sample fits.
    """
    limit: int | None = None  # samples at once
    for batch in batches:
        rest = deque(split(batch, limit))
        while rest:
            part = rest.popleft()
            if (result := attempt(partial(work, part))) is not None:
                yield part, result
                del result  # or it would outlive the next part's
                continue
            limit = halve(part.size)
            rest.appendleft(part)
            rest = deque(chain.from_iterable(split(each, limit) for each in rest))


def attempt(work: Callable[[], T]) -> T | None:
    """Return what `work` makes, or None if memory ran out: no traceback holds tensors then.

    Raises:
        UserError: a batch is too small for batch statistics.
    """
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


def split(batch: Any, limit: int | None) -> list[Any]:
    """Cut a batch into nearly equal ones of at most `limit` samples, or leave it whole."""
    if limit is None or limit >= batch.size:
        return [batch]
    number = -(-batch.size // limit)
    ends = [-(-batch.size * i // number) for i in range(number + 1)]  # larger ones first
    return [batch.cut(start, end) for start, end in pairwise(ends)]


def set_back(state: Any, setbacks: int) -> None:
    """Halve the learning rate for each of so many setbacks that `state` does not know of."""
    scale_learning_rate(state, 0.5 ** max(0, setbacks - state.progress.setbacks))
    state.progress.setbacks = max(setbacks, state.progress.setbacks)


def scale_learning_rate(state: Any, factor: float) -> None:
    """Multiply the learning rate of every phase, now and from here on."""
    for phase in state.phases:
        phase.scheduler.base_lrs = [rate * factor for rate in phase.scheduler.base_lrs]
        for group in phase.optimizer.param_groups:
            group["lr"] *= factor


def halve(size: int) -> int:
    """Return the next smaller number of samples to try.

    Raises:
        GaveUp: there is none.
    """
    if size == 1:
        raise GaveUp("out of memory with one sample: choose a smaller model or data.input_shape")
    torch.cuda.empty_cache()
    return -(-size // 2)
