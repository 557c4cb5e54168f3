"""What changes while training, and what the engine asks of a task.

A task is an objective, which turns a batch into a loss, and metrics, which count what the model
says. The engine knows nothing else of it, nor what a batch holds.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, Self

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from .recovery import Guard


class Batch(Protocol):
    """Samples on a device; the first axis of every tensor in it counts them."""

    @property
    def ids(self) -> Tensor: ...  # int64 [B] the number of each sample in the whole data set
    @property
    def size(self) -> int: ...  # B
    def cut(self, start: int, end: int) -> Self: ...  # the samples from start up to end
    def to(self, device: torch.device) -> Self: ...


class Loss(NamedTuple):
    """What an objective says of a batch: a sum, and what it is a sum over."""

    total: Any  # Tensor [], summed; None in a validation of a task that has no loss there
    weight: Tensor | float  # [] of the sum: how many samples, tokens, pixels or boxes
    outputs: Any = None  # what the metrics see: logits, boxes, token ids
    terms: Mapping[str, Tensor] = MappingProxyType({})  # parts of it [], summed likewise, to log


# It calls `model(...)` itself and no part of it: with several processes the model is wrapped.
Objective = Callable[[nn.Module, Any], Loss]
Autocast = Callable[[], AbstractContextManager[Any]]


class Metrics(Protocol):
    """Metrics that are counted on the device and read when somebody asks."""

    @property
    def primary(self) -> str: ...  # the metric that says most
    @property
    def higher_is_better(self) -> Mapping[str, bool]: ...  # of every metric by its name
    def update(self, loss: Loss, batch: Any) -> None: ...
    def compute(self) -> dict[str, float]: ...
    def reset(self) -> None: ...
    def state_dict(self) -> Any: ...
    def load_state_dict(self, state: Any) -> Any: ...


class Loader(Protocol):
    """Batches from any position of any pass over the data."""

    start: Any  # the position of the first batch
    wait_seconds: float  # spent waiting for samples so far

    def batches(self, epoch: int, position: Any) -> Iterator[Any]: ...
    def advance(self, position: Any, batches: list[Any]) -> Any: ...  # plain, for a checkpoint
    def peek(self, count: int) -> Any: ...  # that many samples, prepared as for training


@dataclass
class Progress:
    """Where a run stands, in plain numbers."""

    epoch: int = 0  # epochs completed
    updates: int = 0  # of the weights, in the epoch under way
    passes: int = 0  # over the data, completed
    position: Any = None  # in the pass under way, as the loader has it; None: at its start
    step: int = 0  # updates of the weights, all epochs together
    seconds: float = 0.0  # spent training
    micro_batch: int | None = None  # samples that fit into memory at once; None: all
    bad_updates: int = 0  # that were not finite, in a row
    setbacks: int = 0  # returns to a checkpoint because of them, each at half the learning rate
    best: float | None = None  # the monitored metric at its best
    best_epoch: int = 0
    bad_epochs: int = 0  # since the best
    target_best: float | None = None  # the target metric at its best
    finished: str = ""  # why training ended; empty while it has not


@dataclass
class Phase:
    """One of the steps that an update takes, one after the other; only a GAN has several."""

    name: str
    weights: list[nn.Parameter]  # that it moves
    optimizer: torch.optim.Optimizer
    scheduler: LambdaLR
    objective: Objective


@dataclass
class TrainState:
    """Everything that changes while training, and so everything that a checkpoint holds."""

    model: Any  # a module; with freeze_backbone and unfreeze_backbone where there is a backbone
    evaluated: nn.Module  # the model, or the running average of its weights
    phases: tuple[Phase, ...]
    scaler: torch.amp.GradScaler  # enabled for float16 alone; otherwise it does nothing
    metrics: Metrics  # of the epoch under way
    #: if ema
    ema: Any  # an Average of the model's weights
    #: endif
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        """Watch over what a batch that fails would spoil."""
        self.weights = list(self.model.parameters())
        self.guard = Guard(self.model)


@dataclass(frozen=True)
class Recipe:
    """How the weights move."""

    val_objective: Objective  # the same as in training, as a rule
    val_metrics: Metrics
    autocast: Autocast
    num_epochs: int
    accumulation_steps: int
    max_grad_norm: float | None
    updates_per_epoch: int | None = None  # None: an epoch is a pass over the data
    usual_size: int | None = None  # samples of a full batch; None: sizes vary
    compiled: bool = False  # whether the model is
    #: if has_backbone
    freeze_epochs: int = 0
    #: endif


Scalar = tuple[Tensor, Tensor | float]  # a sum [], and what it is a sum over


class Update(NamedTuple):
    """What an update did: numbers that have not left the device."""

    scalars: dict[str, Scalar]  # the loss, its terms, the gradient's norm before clipping
    bad: Tensor  # [] 1 where a gradient was not finite and the weights stayed, otherwise 0
    ids: list[Tensor]  # of the samples of each batch
