"""The machine under a run: device, seed, precision, and signals that ask it to end."""

import os
import signal
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain
from types import FrameType
from typing import Any

import torch
from torch import nn
from torch.utils._triton import has_triton

from .errors import UserError

LONG = 1_000  # updates for which compiling pays


def choose_device(name: str, asked: str = "training.device") -> torch.device:
    """Return the device of the name that was asked for; `auto` takes the fastest there is."""
    if name == "auto":
        name = "mps" if torch.backends.mps.is_available() else "cpu"
        name = "cuda" if torch.cuda.is_available() else name
    try:
        return torch.zeros(1, device=name).device
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{asked} {name!r} cannot be used: {reason}") from None


def set_seed(seed: int, deterministic: bool) -> None:
    """Fix initial weights and dropout; a GPU repeats bit by bit only where asked to."""
    torch.manual_seed(seed)
    if deterministic:  # or cuBLAS adds up in an order of the moment
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    with warnings.catch_warnings():  # of torch 2.9 and 2.10: this name is to go
        warnings.simplefilter("ignore")
        # It sets the new name, too; the other way round, whoever reads the old one gets an error.
        torch.backends.cuda.matmul.allow_tf32 = not deterministic
        torch.backends.cudnn.allow_tf32 = not deterministic
    torch.use_deterministic_algorithms(deterministic, warn_only=True)
    torch.backends.cudnn.benchmark = not deterministic


def choose_precision(device: torch.device, mixed: bool) -> tuple[torch.dtype, str]:
    """Return the type to compute in, and why."""
    if not mixed:
        return torch.float32, "training.mixed_precision is false"
    if device.type == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16, "the GPU computes in it"
    if device.type == "cuda":
        return torch.float16, "this GPU has no bfloat16"
    if device.type == "mps" and torch.backends.mps.is_macos_or_newer(14, 0):
        return torch.bfloat16, "this macOS has it"
    if device.type == "cpu" and torch.cpu._is_amx_tile_supported():
        return torch.bfloat16, "the CPU has tile units for it"
    return torch.float32, "without a GPU or tile units (AMX) 16 bits are slower"


def choose_compile(device: torch.device, wanted: bool | str, updates: int) -> tuple[bool, str]:
    """Return whether to compile the model for so many updates, and why."""
    if isinstance(wanted, bool):
        return wanted, f"training.compile is {str(wanted).lower()}"
    if device.type != "cuda" or not has_triton():
        return False, "it takes longer than it saves without a GPU and Triton"
    if updates < LONG:
        return False, f"{updates} updates are over before it pays"
    return True, f"it pays in {updates} updates"


def compile_model(model: nn.Module) -> None:
    """Compile the blocks that a model repeats, whose code is the same; or else the whole of it."""
    stacks = [[*x] for x in model.modules() if isinstance(x, nn.Sequential | nn.ModuleList)]
    alike = [x for x in stacks if len(x) > 2 and len({*map(str, x)}) == 1 and [*x[0].children()]]
    for block in chain(*alike) if alike else [model]:
        block.compile()  # in place, so that weights keep their names


def kernels_for(
    size: int,
    usual_size: int | None,
    compiled: bool,
    *,
    micro_batch: int | None = None,
    training: bool = False,
) -> AbstractContextManager[Any]:
    """Compile and tune for the full batches of training alone: for others it takes too long.

    The last batch of an epoch is smaller, and a compiled model has other code for validation.

    Args:
        size: Samples of the batch at hand.
        usual_size: Samples of a full batch; None if sizes vary.
        compiled: Whether the model is compiled.
        micro_batch: Samples that fit into memory at once; None if all do.
        training: Whether gradients are wanted.
    """
    if usual_size is None:
        return nullcontext()
    parts = -(-usual_size // (micro_batch or usual_size))  # of a full batch
    full = size in (usual_size // parts, -(-usual_size // parts))
    return nullcontext() if full and (training or not compiled) else plain(compiled, full)


@contextmanager
def plain(compiled: bool, tune: bool) -> Iterator[None]:
    """Run code that is not compiled; let cuDNN look for the fastest kernels only where it may."""
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = before and tune
    try:
        with torch.compiler.set_stance("force_eager") if compiled else nullcontext():
            yield
    finally:
        torch.backends.cudnn.benchmark = before


class StopSignals:
    """SIGINT and SIGTERM set a flag; a second one ends the process at once."""

    def __init__(self) -> None:
        self.received: int | None = None
        self.before = {x: signal.signal(x, self.receive) for x in (signal.SIGINT, signal.SIGTERM)}

    def receive(self, number: int, frame: FrameType | None) -> None:
        """Remember the signal, and let the next one through."""
        self.received = number
        for each in self.before:
            signal.signal(each, signal.SIG_DFL)

    def give_back(self) -> None:
        """Let signals do what they did before the run."""
        for number, handler in self.before.items():
            signal.signal(number, handler or signal.SIG_DFL)
