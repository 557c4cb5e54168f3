"""What can end a script early, with the exit code that says so."""

import errno
import os
import sys
from collections.abc import Callable
from typing import Any


class UserError(Exception):
    """Settings or data that cannot work; the message names what to change."""

    exit_code = 2


class GaveUp(Exception):
    """Training cannot go on; the last good checkpoint is kept."""

    exit_code = 3


class Interrupted(Exception):
    """A signal asked for the end, and the checkpoint is saved."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"interrupted by signal {signal_number}: --resume goes on")
        self.exit_code = 128 + signal_number


def run(main: Callable[[], None]) -> None:
    """Call `main`; turn what went wrong into one line and its exit code."""
    keep_printing()
    try:
        main()
    except (UserError, GaveUp, Interrupted) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:  # before training listens for it
        print("error: interrupted", file=sys.stderr)
        sys.exit(130)
    except (OSError, RuntimeError) as error:
        if not is_memory(error) and getattr(error, "errno", None) != errno.ENOSPC:
            raise
        print(f"error: there is no room left: {str(error).splitlines()[0]}", file=sys.stderr)
        sys.exit(GaveUp.exit_code)


def keep_printing() -> None:
    """Let no output end a script: names that are not UTF-8 are escaped, a closed pipe is quiet."""
    for name in ("stdout", "stderr"):
        stream: Any = getattr(sys, name)
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
            setattr(sys, name, Patient(stream))


class Patient:
    """A stream that goes on without a reader: `train.py | head -1` trains to its end."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Write, or forget what nobody reads."""
        self.attempt(lambda: self.stream.write(text))
        return len(text)

    def flush(self) -> None:
        """Pass on what was written, or forget it."""
        self.attempt(self.stream.flush)

    def attempt(self, act: Callable[[], Any]) -> None:
        """Act; where the reader has gone, send everything to nowhere from here on."""
        try:
            act()
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.stream.fileno())
            os.close(nowhere)


def is_memory(error: Exception) -> bool:
    """Tell whether a device is out of memory; not every device says it by type."""
    words = ("out of memory", "can't allocate memory", "STATUS_ALLOC_FAILED")
    return type(error).__name__ == "OutOfMemoryError" or any(x in str(error) for x in words)
