"""Contenders in processes of their own: what one sets for a whole process helps nobody else."""

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from multiprocessing import get_context, set_start_method
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch

from . import threads
from .job import Contender, Entry, Job, Timing
from .screen import screen

MakeJob = Callable[[Path], Job]  # for a folder to write to; it travels to another process


class Apart:
    """A contender that runs elsewhere, and waits while others run."""

    def __init__(self, entry: Entry, make_job: MakeJob, logs: Path) -> None:
        context = get_context("spawn")  # a fork could not use a GPU
        self.connection, there = context.Pipe()
        about = (there, entry.make, entry.name, make_job, logs, time.time())
        self.process = context.Process(target=serve, args=about)
        self.process.start()
        there.close()

    def wait_until_ready(self) -> None:
        """Wait, and note the seconds from the start of the process until it could train."""
        self.seconds_to_start: float = self.connection.recv()

    def run(self, epoch: int) -> Timing:
        """Let it train for one pass."""
        timing: Timing = self.ask("run", epoch)
        return timing

    def choose_threads(self) -> int:
        """Let it try one and all threads, and keep the better; return how many."""
        number: int = self.ask("choose_threads")
        return number

    def peak_memory(self) -> float | None:
        """Return the most gigabytes that it took on a CUDA device."""
        peak: float | None = self.ask("peak_memory")
        return peak

    def ask(self, what: str, *arguments: Any) -> Any:
        """Let it do something; return what comes of it."""
        self.connection.send((what, arguments))
        return self.connection.recv()

    def close(self) -> None:
        """End the process."""
        self.connection.close()
        self.process.join()


@contextmanager
def apart(entries: Iterable[Entry], make_job: MakeJob, logs: Path) -> Iterator[dict[str, Apart]]:
    """Yield contenders by name; all have started."""
    with ExitStack() as stack:
        started = {x.name: stack.enter_context(closing(Apart(x, make_job, logs))) for x in entries}
        for contender in started.values():
            contender.wait_until_ready()
        yield started


def serve(
    connection: Connection,
    make: Callable[[Job, str], Contender],
    name: str,
    make_job: MakeJob,
    logs: Path,
    started: float,
) -> None:
    """Be a contender until nobody asks any more."""
    set_start_method(None, force=True)  # its own workers start as they do everywhere
    with screen():
        contender = make(make_job(logs / name.replace(" ", "-")), name)
        answers: dict[str, Callable[..., Any]] = {
            "run": contender.run,
            "choose_threads": lambda: threads.choose(contender),
            "peak_memory": peak_memory,
        }
        connection.send(time.time() - started)
        while True:
            try:
                what, arguments = connection.recv()
                gc.collect()  # nobody pays for another's garbage
                connection.send(answers[what](*arguments))
            except (EOFError, BrokenPipeError):
                return


def peak_memory() -> float | None:
    """Return the most gigabytes that this process took on a CUDA device."""
    return torch.cuda.max_memory_allocated() / 1e9 if torch.cuda.is_available() else None
