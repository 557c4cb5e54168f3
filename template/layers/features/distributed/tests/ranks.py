"""Several processes that train together, as torchrun starts them, each with its own plan."""

import os
import signal
import socket
import time
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from pkg.engine import errors, faults

LIMIT_SECONDS = 120  # by then ranks that wait for each other in vain are ended


def in_ranks(
    count: int, action: Callable[[], None], plan: Callable[[int, str, Any], None] | None = None
) -> list[int]:
    """Call `action` in so many processes; `plan` gets the rank before what a plan gets.

    Returns:
        The exit code of each, or minus the number of the signal that killed it.
    """
    if not hasattr(os, "fork"):
        pytest.skip("needs os.fork")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    children = []
    for rank in range(count):
        if (child := os.fork()) == 0:
            place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": count, "MASTER_PORT": port}
            os.environ |= {name: str(value) for name, value in place.items()}
            os.environ["MASTER_ADDR"] = "127.0.0.1"
            if plan is not None:
                faults.plan = lambda name, about, rank=rank: plan(rank, name, about)
            run_and_exit(action)
        children.append(child)
    return [exit_code(child, time.monotonic() + LIMIT_SECONDS) for child in children]


def run_and_exit(action: Callable[[], None]) -> None:
    """Call `action`, and end this process as a script would."""
    code: Any = 1
    try:
        errors.run(action)
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def exit_code(child: int, deadline: float) -> int:
    """Wait for a process; past the deadline, end it."""
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("a rank hangs")
