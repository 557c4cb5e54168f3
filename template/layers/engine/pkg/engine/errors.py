"""What can end a script early, with the exit code that says so."""

import errno
import sys
from collections.abc import Callable


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


def is_memory(error: Exception) -> bool:
    """Tell whether a device is out of memory; not every device says it by type."""
    words = ("out of memory", "can't allocate memory", "STATUS_ALLOC_FAILED")
    return type(error).__name__ == "OutOfMemoryError" or any(x in str(error) for x in words)
