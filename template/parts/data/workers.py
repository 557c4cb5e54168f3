"""The processes that read samples, and what follows when one of them dies."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from torch.utils.data import DataLoader

from ..errors import UserError

RESTARTS = 3  # of workers that died, in one epoch
DIED = getattr(signal, "SIGCHLD", None)  # not on Windows: only data.worker_timeout tells there


class Deaths:
    """A handler of signals that raises a death while a batch is awaited, and at no other time.

    PyTorch's, in whose place it stands, raises wherever this process is by then: in the middle of
    an update, too.
    """

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


def check_death(error: Exception, deaths: int) -> int:
    """Return how many workers died, or raise what ends this."""
    if "timed out" in str(error):
        raise UserError(f"data.worker_timeout: reading hangs: {error}") from None
    if isinstance(error, RuntimeError) and "DataLoader worker" not in str(error):
        raise error
    if deaths > RESTARTS:
        raise UserError(f"data.num_workers: they keep dying, try fewer: {error}") from None
    print(f"warning: a worker died and is replaced: {error or 'its connection broke'}")
    return deaths
