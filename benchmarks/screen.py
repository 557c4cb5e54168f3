"""A terminal that nobody looks at: progress bars draw themselves, and the text goes nowhere."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import TextIOWrapper


class Screen(TextIOWrapper):
    """A text file that says it is a terminal."""

    def isatty(self) -> bool:
        """Say yes."""
        return True


@contextmanager
def screen() -> Iterator[None]:
    """Send both outputs to a screen of 100 columns."""
    os.environ["COLUMNS"] = "100"
    with Screen(open(os.devnull, "wb")) as out, redirect_stdout(out), redirect_stderr(out):
        yield
