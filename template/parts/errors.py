"""What can end a script early, and the exit code that says so."""

import sys
from collections.abc import Callable


class UserError(Exception):
    """Settings or data that cannot work; the message names what to change."""


class GaveUp(Exception):
    """Training cannot go on; the last good checkpoint is kept."""


class Interrupted(Exception):
    """A signal asked for the end, and the checkpoint is saved."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"interrupted by signal {signal_number}: --resume continues")
        self.exit_code = 128 + signal_number


def run(main: Callable[[], None]) -> None:
    """Call `main`; turn what went wrong into one line and its exit code."""
    try:
        main()
    except UserError as error:
        code, message = 2, str(error)
    except GaveUp as error:
        code, message = 3, str(error)
    except Interrupted as error:
        code, message = error.exit_code, str(error)
    except KeyboardInterrupt:
        code, message = 130, "interrupted"
    else:
        return
    print(f"error: {message}" if code < 100 else message, file=sys.stderr)
    sys.exit(code)
