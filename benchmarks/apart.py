"""Contenders in processes of their own: what one sets for a whole process helps nobody else."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from multiprocessing import get_context, set_start_method
from multiprocessing.connection import Connection
from pathlib import Path

from .job import Contender, Entry, Job, Timing
from .screen import screen

MakeJob = Callable[[Path], Job]  # for a folder to write to; it travels to another process


class Apart:
    """A contender that runs elsewhere, and waits while others run."""

    def __init__(self, entry: Entry, make_job: MakeJob, logs: Path) -> None:
        context = get_context("spawn")  # a fork could not use a GPU
        self.connection, there = context.Pipe()
        about = (there, entry.make, entry.name, make_job, logs)
        self.process = context.Process(target=serve, args=about)
        self.process.start()
        there.close()

    def run(self, epoch: int) -> Timing:
        """Let it train for one pass."""
        self.connection.send(epoch)
        timing: Timing = self.connection.recv()
        return timing

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
            contender.connection.recv()
        yield started


def serve(
    connection: Connection,
    make: Callable[[Job, str], Contender],
    name: str,
    make_job: MakeJob,
    logs: Path,
) -> None:
    """Be a contender until nobody asks any more."""
    set_start_method(None, force=True)  # its own workers start as they do everywhere
    with screen():
        contender = make(make_job(logs / name.replace(" ", "-")), name)
        connection.send("ready")
        while True:
            try:
                epoch = connection.recv()
                gc.collect()  # nobody pays for another's garbage
                connection.send(contender.run(epoch))
            except (EOFError, BrokenPipeError):
                return
