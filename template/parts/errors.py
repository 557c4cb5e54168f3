"""What can end a script early, with the exit code that says so."""

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
