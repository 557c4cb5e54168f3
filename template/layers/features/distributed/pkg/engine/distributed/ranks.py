"""The processes of a run, its ranks, and what each sees of the data and of the metrics.

Outside torchrun there is one, rank 0 of 1, for which nothing here makes a difference.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.distributed_c10d import PrefixStore, Store
from torch.distributed.rendezvous import rendezvous

from .. import checkpoint
from ..data.loader import InfoT, Loader
from ..errors import GaveUp, UserError

T = TypeVar("T")


def world() -> int:
    """Return the number of ranks."""
    return dist.get_world_size() if dist.is_initialized() else 1


def rank() -> int:
    """Return the number of this rank."""
    return dist.get_rank() if dist.is_initialized() else 0


def is_first() -> bool:
    """Return whether this rank is the one that writes."""
    return rank() == 0


def from_all(value: T) -> list[T]:
    """Return what each rank has."""
    values = [value] * world()
    if world() > 1:
        dist.all_gather_object(values, value)
    return values


def meet() -> None:
    """Wait for all ranks."""
    from_all(None)


def first(action: Callable[[], T]) -> T:
    """Let rank 0 act while the others wait; all get what it returns, or its error."""
    box: list[Any] = [None, None]
    if rank() == 0:
        try:
            box[0] = action()
        except (UserError, GaveUp) as error:
            box[1] = error
    if world() > 1:
        dist.broadcast_object_list(box, src=0)
    if box[1] is not None:
        raise box[1]
    result: T = box[0]
    return result


def join(resume: bool, overwrite: bool) -> tuple[bool, bool]:
    """Meet the other ranks, if torchrun started any.

    Returns:
        Whether to resume and to overwrite: torchrun repeats the command when it starts them again.
    """
    if "RANK" in os.environ and not dist.is_initialized():
        if gpus := torch.cuda.device_count():
            torch.cuda.set_device(int(os.environ["LOCAL_RANK"]) % gpus)
        store, number, count = next(rendezvous("env://"))
        room = PrefixStore(agree_on_room(store, number, count), store)
        backend = "cpu:gloo,cuda:nccl" if gpus else "gloo"
        dist.init_process_group(backend, store=room, rank=number, world_size=count)
        if rank() > 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # rank 0 speaks; errors are for everyone
    # A host that is new to the group does not know how often the others were started.
    again = any(from_all(int(os.environ.get("TORCHELASTIC_RESTART_COUNT", 0)) > 0))
    return resume or again, overwrite and not again


def agree_on_room(store: Store, rank: int, count: int) -> str:
    """Return a name that all ranks of this attempt share, and no attempt before.

    torchrun may keep its store when it starts ranks again. What those before left in it, such as
    addresses where nobody listens any more, would keep the new ones from finding each other.
    """
    mine = uuid4().hex
    if rank == 0:
        store.set("room", mine)
        for other in range(1, count):
            guest = store.get(f"{mine}/{other}").decode()
            store.set(f"{mine}/{guest}", "")
        return mine
    while True:  # until it is rank 0 of this attempt that answers
        room: str = store.get("room").decode()
        store.set(f"{room}/{rank}", mine)
        try:
            store.wait([f"{room}/{mine}"], timedelta(seconds=1))
            return room
        except RuntimeError:  # nobody is there
            continue


@contextmanager
def in_turn() -> Iterator[None]:
    """Run a block on rank 0 before all others; end it together."""
    if rank() > 0:
        meet()
    yield
    if rank() == 0:
        meet()
    meet()


@contextmanager
def open_folder(folder: Path, resume: bool, overwrite: bool) -> Iterator[dict[str, Any] | None]:
    """Yield the checkpoint to go on from, if any, to all; rank 0 alone touches the folder."""
    with ExitStack() as stack:
        opened = checkpoint.open_folder(folder, resume, overwrite)
        yield first(lambda: stack.enter_context(opened))
    meet()  # the folder is tidy now: from here on all may write what is theirs


@dataclass
class Share(Loader[InfoT]):
    """What a rank sees of a loader: its slice of each batch, never an empty one."""

    whole: Loader[InfoT] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be shared out; batch statistics need two samples a rank."""
        self.least = world() * (2 if self.shuffle else 1)
        if self.least > min(self.batch_size, len(self.ids)):
            sizes = f"training.batch_size {self.batch_size}, a split of {len(self.ids)} samples"
            raise UserError(f"{sizes}: {world()} ranks need {self.least} of each at least")

    def chunks(self, epoch: int, start: int) -> list[Tensor]:
        """Return the sample numbers of this rank's slices; all ranks have as many slices."""
        chunks = super().chunks(epoch, start)
        if len(chunks) > 1 and len(chunks[-1]) < self.least:
            chunks[-2:] = [torch.cat(chunks[-2:])]
        return [chunk.tensor_split(world())[rank()] for chunk in chunks]

    def advance(self, position: int, batches: list[Any]) -> int:
        """Return the position after so many batches of all ranks."""
        rest, full = len(self.ids) - position, len(batches) * self.batch_size
        return position + (rest if rest - full < self.least else full)


def share(loader: Any) -> Any:
    """Return what this rank sees of a loader; one that is not of ours shares itself out.

    Raises:
        UserError: there are too few samples for so many ranks.
    """
    if world() == 1:
        return loader
    if not isinstance(loader, Loader):
        return loader.share(rank(), world())
    return Share(
        **{field.name: getattr(loader, field.name) for field in fields(loader)}, whole=loader
    )


class Together:
    """Metrics of which each rank counts its own; read, they are those of all."""

    def __init__(self, own: Any) -> None:
        self.own, self.primary, self.higher_is_better = own, own.primary, own.higher_is_better
        self.update, self.reset = own.update, own.reset

    def joined(self) -> Any:
        """Return what all ranks counted."""
        total, *others = from_all(deepcopy(self.own).cpu())
        for other in others:
            total.join(other)
        return total

    def compute(self) -> dict[str, float]:
        """Return every metric."""
        metrics: dict[str, float] = self.joined().compute()
        return metrics

    def state_dict(self) -> dict[str, Tensor]:
        """Return what all ranks counted, for a checkpoint."""
        counts: dict[str, Tensor] = self.joined().state_dict()
        return counts

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        """Go on from what this rank counted."""
        self.own.load_state_dict(state)


def whole(loader: Any) -> Any:
    """Return the loader that a share is of."""
    return getattr(loader, "whole", None) or loader
