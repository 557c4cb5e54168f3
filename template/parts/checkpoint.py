"""Checkpoints: what a run needs to go on with the same bits, written all or nothing."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import torch
from torch import nn

from .engine import Progress, TrainState
from .errors import UserError

LAST, BEST = "last.pt", "best_model.pt"


def parts(state: TrainState) -> dict[str, Any]:
    """Name everything with a state of its own; what is missing here is lost on a resume."""
    return {
        "model": state.model,
        "optimizer": state.optimizer,
        "scheduler": state.scheduler,
        "scaler": state.scaler,
        "metrics": state.metrics,
        #: if ema
        "ema": state.ema,
        #: endif
    }


def capture(state: TrainState) -> dict[str, Any]:
    """Return everything that changes while training, as `weights_only` can load it."""
    gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else []
    return {
        "epoch": state.progress.epoch,
        **{f"{name}_state_dict": part.state_dict() for name, part in parts(state).items()},
        "rng_state": {"cpu": torch.get_rng_state(), "cuda": gpus},
        "progress": asdict(state.progress),
    }


def restore(state: TrainState, saved: dict[str, Any]) -> None:
    """Put `state` where it was when `saved` was captured."""
    load_weights(state.model, saved["model_state_dict"])
    for name, part in parts(state).items():
        part.load_state_dict(saved[f"{name}_state_dict"])
    torch.set_rng_state(saved["rng_state"]["cpu"])
    if saved["rng_state"]["cuda"]:
        torch.cuda.set_rng_state_all(saved["rng_state"]["cuda"])
    state.progress = Progress(**saved["progress"])


def load_weights(model: nn.Module, weights: dict[str, Any]) -> None:
    """Load `weights`, or refuse them whole and name every one that does not fit."""
    before = {name: value.clone() for name, value in model.state_dict().items()}
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:  # what fitted is loaded by then
        model.load_state_dict(before)
        raise UserError(
            f"the checkpoint is of another model: {' '.join(str(error).split())}"
        ) from None


def save(path: Path, content: dict[str, Any]) -> None:
    """Write `content`; after a crash the file is the old one or the new one, whole."""
    draft = path.with_suffix(".tmp")
    with draft.open("wb") as file:
        torch.save(content, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    if os.name == "posix":  # the new name must outlive a power cut too
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def load(path: Path) -> dict[str, Any]:
    """Read a checkpoint on the CPU; only tensors and plain values are accepted."""
    if not path.is_file():
        raise UserError(f"there is no checkpoint at {path.resolve()}: train first")
    try:
        if ZipFile(path).testzip():  # torch would load most flipped bits
            raise ValueError("a checksum is wrong")
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        content["model_state_dict"], content["config"]
    except Exception as error:
        reason = f"{type(error).__name__} {error}".splitlines()[0]
        raise UserError(f"{path} is damaged or not of this project: {reason}") from None
    return content


@contextmanager
def open_folder(folder: Path, resume: bool, overwrite: bool) -> Iterator[dict[str, Any] | None]:
    """Yield the checkpoint to go on from, if any, in a folder that is ready for the run.

    If settings or data turn out wrong within the block, the folder is left as it was.
    """
    aside = folder.with_name(f"{folder.name}.overwritten")
    used = folder.is_dir() and any(folder.iterdir())
    if used and not resume and not overwrite:
        raise UserError(
            f"experiment.checkpoint_dir {folder} is not empty: --resume goes on, --overwrite "
            "starts again, or choose another folder"
        )
    if used and overwrite:
        folder.rename(aside)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        if resume and not (folder / LAST).exists():
            print(f"no checkpoint was completed in {folder}: starting afresh")
        yield load(folder / LAST) if resume and (folder / LAST).exists() else None
    except BaseException:
        if overwrite or not used:
            shutil.rmtree(folder)
        if aside.exists():
            aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def save_all(folder: Path, content: dict[str, Any], best: bool, keep: int) -> None:
    """Write the last checkpoint; the best where it is; a numbered one, of which `keep` stay."""
    if best:
        save(folder / BEST, content)
    if keep:
        save(folder / f"epoch_{content['epoch']:05d}.pt", content)
        for old in sorted(folder.glob("epoch_*.pt"))[:-keep]:
            old.unlink()
    save(folder / LAST, content)
