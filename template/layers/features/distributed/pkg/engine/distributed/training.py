"""Training by several processes, its ranks: torchrun --nproc-per-node 2 train.py ...

A run is the same run at any number of ranks: each takes its slice of every batch, and all move
the same weights. Rank 0 alone writes. What a clock or a signal asks for is agreed upon.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor
from torch.distributed.fsdp import FSDPModule

from ..callbacks import Run, StopRequest
from ..checkpoint import Writer
from ..errors import GaveUp, UserError
from ..files import DRAFT, write
from ..files import replace as put
from ..recovery import Guard, attempt, halve, split
from ..state import Progress, Recipe, TrainState
from .ranks import Together, first, from_all, rank, world
from .replicas import Team

T = TypeVar("T")
MEMORY = "micro_batch"  # file in the checkpoint folder: samples that fit into memory at once


class RankGuard(Guard):
    """Brings the ranks together in each update, and all of them down when one has to go."""

    def __init__(self, state: TrainState, folder: Path, team: Team) -> None:
        super().__init__(state.model)
        self.folder, self.team = folder, team

    def parts(self, state: TrainState, batches: list[Any]) -> Iterator[Any]:
        """Yield parts that fit into memory; gradients travel with the last one alone."""
        parts = list(super().parts(state, batches))
        if self.team.sharded and state.progress.micro_batch:
            parts = cut(parts, max(from_all(len(parts))))
        for number, part in enumerate(parts, 1):
            self.team.synchronise(number == len(parts))
            yield part

    def fit_memory(self, state: TrainState, largest: int, work: Callable[[], T]) -> T:
        """Call `work`; where memory runs out, note what should fit, and end.

        The others would wait in vain for what this rank does again, so torchrun starts all anew.
        """
        if (done := attempt(work)) is not None:
            return done
        parts = halve(min(state.progress.micro_batch or largest, largest))
        draft = self.folder / f"{MEMORY}_{rank()}{DRAFT}"  # others may be at it, too
        write(draft, lambda file: file.write(str(parts).encode()))
        put(draft, self.folder / MEMORY)
        advice = f"{parts} samples at once from now on: --resume goes on"
        raise GaveUp(f"out of memory on rank {rank()}, {advice}")

    def count_early(self, metrics: Any, loss: Any, part: Any) -> None:
        """Let the metrics see a part at once: where memory runs out, this rank ends."""
        self.count(metrics, loss, part)

    def settle(
        self, loss: Tensor, weight: Tensor | float, terms: dict[str, Tensor]
    ) -> tuple[Tensor, Tensor | float, dict[str, Tensor]]:
        """Return means over ranks, as the gradients are; average the batch statistics, too."""
        sums = torch.stack([loss, weight + loss.new_zeros(()), *terms.values()])
        total = torch.cat([sums, *self.buffers])
        dist.all_reduce(total)
        means = (total / world()).split([len(sums), *self.sizes])
        if self.buffers:
            torch._foreach_copy_(self.buffers, means[1:])
        return means[0][0], means[0][1], dict(zip(terms, means[0][2:], strict=True))


def cut(parts: list[Any], number: int) -> list[Any]:
    """Cut the largest part in two until there are so many: shards are gathered in step."""
    while len(parts) < number:
        sizes = [part.size for part in parts]
        at = sizes.index(max(sizes))
        if sizes[at] == 1:
            raise GaveUp("out of memory: training.batch_size must be a multiple of the ranks")
        parts[at : at + 1] = split(parts[at], -(-sizes[at] // 2))
    return parts


class RankRun(Run):
    """The callbacks of a rank: all save and end together, and rank 0 alone writes."""

    asked: tuple[Any, Tensor] | None = None  # the requests of all ranks, on their way

    def __post_init__(self) -> None:
        """Be quiet on all ranks but the first."""
        super().__post_init__()
        if rank() > 0:
            self.writer = Nobody(self.writer.folder)
            self.bar.leave = False
            self.bar.close()

    def stop_request(self, progress: Progress) -> StopRequest:
        """Return what any rank asked for an update ago, so that nobody waits for an answer."""
        mine = super().stop_request(progress)
        if world() == 1:
            return mine
        agreed = StopRequest(0, False, False)
        if self.asked is not None:
            self.asked[0].wait()
            number, time_over, save_due = self.asked[1].tolist()
            agreed = StopRequest(number, bool(time_over), bool(save_due))
            self.signals.received = number or self.signals.received
        flags = torch.tensor([own * (not all_) for own, all_ in zip(mine, agreed, strict=True)])
        self.asked = dist.all_reduce(flags, dist.ReduceOp.MAX, async_op=True), flags
        return agreed

    def draw(self, state: TrainState, epoch: int) -> None:
        """Draw, unless the model is sharded: rank 0, which draws, has a part of it alone."""
        if not isinstance(state.model, FSDPModule):
            super().draw(state, epoch)

    def save(self, state: TrainState, best: bool = False, keep: int = 0) -> None:
        """Write checkpoints, with what each rank needs to go on with the same bits."""
        if world() > 1:
            gpu = [torch.cuda.get_rng_state()] if torch.cuda.is_initialized() else []
            metrics: Any = state.metrics
            counts = deepcopy(metrics.own).cpu().state_dict()  # others have no such device
            mine = {"rng": torch.get_rng_state(), "gpu": gpu, "metrics": counts}
            self.stamp["ranks"] = from_all(mine)
        super().save(state, best, keep)


class Nobody(Writer):
    """Leaves the writing to rank 0."""

    def save(self, content: dict[str, Any], best: bool, keep: int) -> None:
        """Do nothing."""

    def go_back(self) -> None:
        """Do nothing."""


def spread(state: TrainState, recipe: Recipe, folder: Path, saved: Any, seed: int) -> Recipe:
    """Make one run of all ranks: same weights, own random numbers; return how they learn.

    Raises:
        UserError: shards cannot be trained in float16.
    """
    metrics: Any = state.metrics
    file, ranks = folder / MEMORY, saved.get("ranks", []) if saved else []
    noted = first(lambda: int(file.read_text()) if file.exists() else None)
    sizes = [size for size in (noted, state.progress.micro_batch) if size]
    state.progress.micro_batch = min(sizes, default=None)
    if len(ranks) == world():
        torch.set_rng_state(ranks[rank()]["rng"])
        for random in ranks[rank()]["gpu"]:
            torch.cuda.set_rng_state(random)
        metrics.load_state_dict(ranks[rank()]["metrics"])
    elif world() > 1 or ranks:
        torch.manual_seed((seed * 1_000_003 + state.progress.step) * 1009 + rank())
        if rank() > 0:  # the first goes on with what all have counted
            metrics.reset()
    if world() == 1:
        return recipe
    frozen = getattr(recipe, "freeze_epochs", 0) > 0
    if state.scaler.is_enabled() and isinstance(state.model, FSDPModule):
        raise UserError("training.shard: float16 cannot be; set training.mixed_precision to false")
    team = Team(state.model, frozen or len(state.phases) > 1)
    state.guard = RankGuard(state, folder, team)
    state.metrics = Together(metrics)
    for phase in state.phases:
        phase.objective = team.wrap(phase.objective)
    together = Together(recipe.val_metrics)
    return replace(recipe, val_objective=team.wrap(recipe.val_objective), val_metrics=together)
