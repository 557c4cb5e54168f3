"""Ways to end a run early, in a process of its own, and all that a run leaves behind."""

import json
import math
import os
import signal
import traceback
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Any

import pytest
import torch
from torch import Tensor
from tqdm import tqdm

from pkg.engine import errors, faults
from pkg.engine.checkpoint import BEST, LAST, load

MOMENT = 1e-9  # minutes between two saves: all updates are saved


def in_child(action: Callable[[], None]) -> int:
    """Call `action` in a process of its own.

    Returns:
        The exit code, or minus the number of the signal that killed the process.
    """
    if not hasattr(os, "fork"):
        pytest.skip("needs os.fork")
    child = os.fork()
    if child == 0:
        code: Any = 1
        tqdm.set_lock(RLock())  # the default is shared: a process that is killed may hold it
        try:
            errors.run(action)
            code = 0
        except SystemExit as end:
            code = end.code
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def until(step: int, action: Callable[[], None], number: int = signal.SIGKILL) -> int:
    """Call `action` in a process that gets a signal after an update, before that is saved."""

    def plan(name: str, about: object) -> None:
        if (name, about) == ("step", step):
            os.kill(os.getpid(), number)

    def planned() -> None:
        faults.plan = plan
        action()

    return in_child(planned)


def outcome(folder: Path | str) -> dict[str, Any]:
    """Return all that a run left in its folder of checkpoints, without measured times."""
    left: dict[str, Any] = {}
    for name in (LAST, BEST):
        saved = load(Path(folder, name))
        del saved["config"], saved["log_lengths"], saved["progress"]["seconds"]
        left |= bits(saved, name)
    for number, line in enumerate(Path(folder, "metrics.jsonl").read_text().splitlines()):
        values = json.loads(line)
        kept = {k: v for k, v in values.items() if not k.startswith("perf/")}
        left[f"line {number}"] = bits(kept, "")
    return left


def bits(value: Any, path: str) -> dict[str, Any]:
    """Flatten nested values; of a tensor stays a fingerprint, and NaN is equal to itself."""
    if isinstance(value, Tensor):
        content = value.detach().contiguous().flatten().view(torch.uint8).numpy().tobytes()
        return {path: (value.dtype, value.shape, sha256(content).hexdigest())}
    if isinstance(value, list | tuple):
        value = dict(enumerate(value))
    if isinstance(value, dict):
        return {k: v for name in value for k, v in bits(value[name], f"{path}/{name}").items()}
    return {path: "nan" if isinstance(value, float) and math.isnan(value) else value}
