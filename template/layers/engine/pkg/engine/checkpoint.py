"""Checkpoints: what a run needs to go on with the same bits, written all or nothing."""

import math
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map_only

from .errors import GaveUp, UserError
from .files import adds_up, clean, is_whole, publish, renewed, replace
from .state import Progress, TrainState

LAST, BEST, NUMBERED = "last.pt", "best_model.pt", "epoch_*.pt"
ATTEMPTS = 3  # writes that may fail in a row


class Soundness(IntEnum):
    """What a checkpoint is good for after a run has diverged."""

    DIVERGING = 0  # written amid updates that were not finite
    BAD_LOSS = 1  # its validation loss is not finite
    SOUND = 2


def parts(state: TrainState) -> dict[str, Any]:
    """Name everything with a state of its own; what is missing here is lost on a resume."""
    moving: dict[str, Any] = {}
    for number, phase in enumerate(state.phases):
        prefix = f"{phase.name}_" if number else ""
        moving[f"{prefix}optimizer"] = phase.optimizer
        moving[f"{prefix}scheduler"] = phase.scheduler
    return {
        "model": state.model,
        **moving,
        "scaler": state.scaler,
        "metrics": state.metrics,
        #: if ema
        "ema": state.ema,
        #: endif
    }


def capture(state: TrainState) -> dict[str, Any]:
    """Copy everything that changes while training, as `weights_only` can load it."""
    gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
    states = {f"{name}_state_dict": part.state_dict() for name, part in parts(state).items()}
    return {
        "epoch": state.progress.epoch,
        **tree_map_only(Tensor, lambda x: x.detach().to("cpu", copy=True), states),
        "rng_state": {"cpu": torch.get_rng_state(), "cuda": gpus},
        "progress": asdict(state.progress),
    }


def restore(state: TrainState, saved: dict[str, Any]) -> None:
    """Put `state` where it was when `saved` was captured."""
    load_weights(state.model, saved["model_state_dict"])
    #: if ema
    saved = {"ema_state_dict": {}, **saved}  # a run that began without an average goes on
    #: endif
    for name, part in parts(state).items():
        if given := saved[f"{name}_state_dict"]:  # a scaler that was off has none
            part.load_state_dict(given)
    torch.set_rng_state(saved["rng_state"]["cpu"])
    for number, random in enumerate(saved["rng_state"]["cuda"][: torch.cuda.device_count()]):
        torch.cuda.set_rng_state(random, number)
    state.progress = Progress(**saved["progress"])


def load_weights(model: nn.Module, weights: dict[str, Any]) -> None:
    """Load `weights`, all of them or none.

    Raises:
        UserError: they are of another model; every one that does not fit is named.
    """
    before = {name: value.clone() for name, value in model.state_dict().items()}
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:  # what fitted is loaded by then
        model.load_state_dict(before)
        problem = "the checkpoint is of another model:"
        raise UserError(" ".join([problem, *str(error).split()])) from None


def load(path: Path) -> dict[str, Any]:
    """Read a checkpoint on the CPU; only tensors and plain values are accepted.

    Raises:
        UserError: there is none, or it is damaged.
    """
    if not path.is_file():
        raise UserError(f"there is no checkpoint at {path.resolve()}: train first")
    try:
        # Without a list of checksums, those in the file count; torch would load most flipped bits.
        whole = is_whole(path)
        if whole is False or (whole is None and not adds_up(path)):
            raise ValueError("its checksum is wrong")
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        content["model_state_dict"], content["config"]
    except Exception as error:
        reason = f"{type(error).__name__} {error}".splitlines()[0]
        raise UserError(f"{path} is damaged or not of this project: {reason}") from None
    return content


def whole_ones(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the checkpoints that are whole: the last, the numbered, the best; warn of others."""
    for path in (folder / LAST, *sorted(folder.glob(NUMBERED)), folder / BEST):
        if path.exists():
            try:
                yield path, load(path)
            except UserError as error:
                print(f"warning: {error}")


def soundness(saved: dict[str, Any]) -> Soundness:
    """Return what a checkpoint is good for."""
    if saved["progress"]["bad_updates"]:
        return Soundness.DIVERGING
    return Soundness.SOUND if math.isfinite(saved.get("val_loss", 0)) else Soundness.BAD_LOSS


def load_newest(folder: Path) -> dict[str, Any] | None:
    """Return the newest checkpoint that is whole, as the last; None if there is none at all.

    Raises:
        UserError: there are some, and all are damaged.
    """
    newest: dict[str, Any] | None = None
    for path, saved in whole_ones(folder):
        if path.name == LAST:
            return saved
        newest = max(newest or saved, saved, key=lambda each: each["progress"]["step"])
    if newest is not None:
        publish(folder, [LAST], partial(torch.save, newest), [])
    elif any(folder.glob("*.pt")):
        raise UserError(f"no checkpoint in {folder} is whole: --overwrite starts again")
    return newest


@contextmanager
def open_folder(folder: Path, resume: bool, overwrite: bool) -> Iterator[dict[str, Any] | None]:
    """Yield the checkpoint to go on from, if any, in a folder that is ready for the run.

    If settings or data turn out wrong within the block, all that the folder held is back again.

    Raises:
        UserError: it holds a run, and neither `resume` nor `overwrite` was asked for.
    """
    with renewed(folder.resolve(), overwrite, "experiment.checkpoint_dir") as used:
        if used and not resume and not overwrite:
            advice = "--resume goes on, --overwrite starts again, or choose another folder"
            raise UserError(f"experiment.checkpoint_dir {folder.resolve()} is not empty: {advice}")
        saved = load_newest(folder) if resume else None
        if resume and saved is None:
            print(f"no checkpoint was completed in {folder}: starting afresh")
        yield saved
    clean(folder)


class Writer:
    """Writes checkpoints while training goes on, one at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.failures = folder, 0
        self.unwritten: dict[str, Any] | None = None  # the best, until it is on the disk
        self.pool = ThreadPoolExecutor(1, "checkpoint")
        self.under_way: Future[None] | None = None

    def save(self, content: dict[str, Any], best: bool, keep: int) -> None:
        """Begin to write the last checkpoint; the best where it is; a numbered one, if any stay."""
        self.wait()
        names = [f"epoch_{content['epoch']:05d}.pt"] if keep else []
        stale = sorted({x.name for x in self.folder.glob(NUMBERED)} | {*names})[: -keep or 0]
        names += [BEST, LAST] if best else [LAST]
        self.under_way = self.pool.submit(self.write, content, names, stale)

    def write(self, content: dict[str, Any], names: list[str], stale: list[str]) -> None:
        """Write a checkpoint under several names; before it the best, where that has failed."""
        if BEST in names:
            self.unwritten = content
        elif self.unwritten:
            publish(self.folder, [BEST], partial(torch.save, self.unwritten), [])
        publish(self.folder, names, partial(torch.save, content), stale)
        self.unwritten = None

    def go_back(self) -> None:
        """Make the newest sound checkpoint the last, or have none where a run only diverged."""
        self.wait()
        found = {
            path: (soundness(saved), saved["progress"]["step"])
            for path, saved in whole_ones(self.folder)
        }
        best = max(found, key=found.__getitem__, default=None)  # of equals the first
        if best is None or found[best][0] == Soundness.DIVERGING:
            for path in [*self.folder.glob("*.pt")]:
                replace(path, path.with_suffix(".diverged"))
        elif best.name != LAST:
            publish(self.folder, [LAST], partial(torch.save, load(best)), [])

    def wait(self) -> None:
        """Let the write under way come to its end; a failure is a warning, a few are too many."""
        try:
            if self.under_way is not None:
                self.under_way.result()
                self.failures = 0
        except (OSError, RuntimeError) as error:  # torch has its own words for a full disk
            self.failures += 1
            clean(self.folder)  # which makes room
            print(f"warning: {self.folder}: the checkpoint before stays, this one failed: {error}")
            if self.failures >= ATTEMPTS:
                raise GaveUp(f"{ATTEMPTS} checkpoints in a row could not be written") from None
        finally:
            self.under_way = None
