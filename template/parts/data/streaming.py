"""Samples that are read as they are needed, by worker processes that outlive the epoch."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ..batch import Batch
from ..errors import UserError
from .workers import check_death, take


class Order:
    """The sample numbers of the latest read, a list for each batch."""

    def __init__(self) -> None:
        self.chunks: list[list[int]] = []

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self.chunks)


class Streaming:
    """Samples of a data set that takes their numbers by the batch."""

    most = 0  # at once, but for a batch: workers share them out

    def __init__(
        self, dataset: Dataset[Any], device: torch.device, num_workers: int, timeout: float
    ) -> None:
        self.device, self.order = device, Order()
        self.open = partial(
            DataLoader[Any],
            dataset,
            batch_size=None,  # each chunk is a batch already
            sampler=self.order,  # not `self`: a cycle would keep the workers
            num_workers=num_workers,
            persistent_workers=num_workers > 0,
            pin_memory=num_workers > 0 and device.type == "cuda",
            timeout=timeout if num_workers else 0,
            generator=torch.Generator(),  # leave the generator of the run alone
        )
        self.loader = self.open()

    def read(self, chunks: list[Tensor]) -> Iterator[Batch]:
        """Yield the samples of each chunk of sample numbers, which only the latest read may."""
        numbers, done, deaths = [chunk.tolist() for chunk in chunks], 0, 0
        while done < len(numbers):
            try:
                mine = self.order.chunks = numbers[done:]
                for batch in self.arrive(take(self.loader)):
                    done += 1
                    yield batch
                    if self.order.chunks is not mine and done < len(numbers):
                        raise AssertionError("a read goes on after a later one took its workers")
            except UserError as error:  # a worker's comes with all its calls
                raise UserError(str(error).rsplit("UserError: ", 1)[-1].strip()) from None
            except (RuntimeError, ConnectionError, EOFError) as error:
                deaths = check_death(error, deaths + 1)
                self.loader = self.open()

    def arrive(self, loaded: Iterable[Any]) -> Iterator[Batch]:
        """Yield each batch on the device; to a GPU it travels while the one before is in use."""
        if self.device.type != "cuda":
            yield from (Batch(*(part.to(self.device) for part in parts)) for parts in loaded)
            return
        side, ready = torch.cuda.Stream(self.device), list[tuple[Batch, torch.cuda.Event]]()
        for parts in chain(loaded, [None]):
            if parts is not None:
                with torch.cuda.stream(side):
                    batch = Batch(*(part.to(self.device, non_blocking=True) for part in parts))
                    ready.append((batch, side.record_event()))
            if ready and (parts is None or len(ready) > 1):
                batch, arrived = ready.pop(0)
                arrived.wait()  # the work to come waits, not this process
                for part in batch:  # its memory is in use on two streams
                    part.record_stream(torch.cuda.current_stream(self.device))
                yield batch
