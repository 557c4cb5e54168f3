"""Samples that are read as they are needed, by worker processes that outlive the epoch."""

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain
from types import FrameType
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ..errors import UserError

RESTARTS = 3  # of workers that died, in one epoch
DIED = getattr(signal, "SIGCHLD", None)  # not on Windows: only data.worker_timeout tells there


class Streaming:
    """Samples of a data set that takes their numbers by the batch."""

    max_samples_per_prepare = 0  # a batch each: workers share them out

    def __init__(
        self, dataset: Dataset[Any], device: torch.device, num_workers: int, timeout: float
    ) -> None:
        self.device, self.order = device, list[list[int]]()  # the samples of each batch to come
        self.open = partial(
            DataLoader[Any],
            dataset,
            batch_size=None,  # each chunk is a batch already
            sampler=self.order,  # not `self`: a cycle would keep the workers
            num_workers=num_workers,
            persistent_workers=num_workers > 0,
            pin_memory=num_workers > 0 and device.type == "cuda",
            timeout=timeout if num_workers else 0,
            worker_init_fn=ignore_keys,
            generator=torch.Generator(),  # leave the generator of the run alone
        )
        self.loader = self.open()

    def read(self, chunks: list[Tensor]) -> Iterator[Any]:
        """Yield the samples of each chunk of sample numbers, which only the latest read may."""
        numbers, done, deaths = [chunk.tolist() for chunk in chunks], 0, 0
        while done < len(numbers):
            try:
                mine = self.latest = numbers[done:]
                self.order[:] = mine  # of which the loader knows
                for batch in self.arrive(take(self.loader)):
                    done += 1
                    yield batch
                    if self.latest is not mine and done < len(numbers):
                        raise AssertionError("a read goes on after a later one took its workers")
            except UserError as error:  # a worker's comes with all its calls
                raise UserError(str(error).rsplit("UserError: ", 1)[-1].strip()) from None
            except (RuntimeError, ConnectionError, EOFError) as error:
                deaths = check_death(error, deaths + 1)
                self.loader = self.open()

    def arrive(self, loaded: Iterable[Any]) -> Iterator[Any]:
        """Yield each batch on the device; to a GPU it travels while the one before is in use."""
        if self.device.type != "cuda":
            yield from (batch.to(self.device) for batch in loaded)
            return
        side, ready = torch.cuda.Stream(self.device), list[tuple[Any, torch.cuda.Event]]()
        for batch in chain(loaded, [None]):
            if batch is not None:
                with torch.cuda.stream(side):
                    ready.append((batch.to(self.device), side.record_event()))
            if ready and (batch is None or len(ready) > 1):
                moved, arrived = ready.pop(0)
                main = torch.cuda.current_stream(self.device)
                arrived.wait(main)  # the work to come waits, not this process
                for tensor in moved:  # its memory is in use on two streams
                    tensor.record_stream(main)
                yield moved


class Deaths:
    """A handler of signals: raises a death while a batch is awaited; PyTorch's does anywhere."""

    def __init__(self) -> None:
        self.awaited = False
        self.handler: Callable[..., Any] | None = None  # PyTorch's, once a loader has set it

    def __call__(self, number: int = 0, frame: FrameType | None = None) -> None:
        """Raise if a worker has died since the last call."""
        if self.awaited and self.handler is not None:
            self.handler(number, frame)

    @contextmanager
    def raised(self) -> Iterator[None]:
        """Raise those of now, and those of before."""
        self.awaited = True
        try:
            self()
            yield
        finally:
            self.awaited = False
            if DIED and callable(handler := signal.getsignal(DIED)) and handler is not self:
                self.handler = handler
                signal.signal(DIED, self)


DEATHS = Deaths()  # one process, one handler


def take(loader: DataLoader[Any]) -> Iterator[Any]:
    """Yield what the workers of a loader read."""
    with DEATHS.raised():
        loaded = iter(loader)
    while True:
        with DEATHS.raised():
            parts = next(loaded, None)
        if parts is None:
            return
        yield parts


def ignore_keys(worker: int) -> None:
    """Let Ctrl-C reach the run alone: it still needs the batches on their way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def check_death(error: Exception, deaths: int) -> int:
    """Return how many workers died, or raise what ends this."""
    if "timed out" in str(error):
        raise UserError(f"data.worker_timeout: reading hangs: {error}") from None
    if isinstance(error, RuntimeError) and "DataLoader worker (pid" not in str(error):
        raise error
    if deaths > RESTARTS:
        raise UserError(f"data.num_workers: they keep dying, try fewer: {error}") from None
    print(f"warning: a worker died and is replaced: {error or 'its connection broke'}")
    return deaths
