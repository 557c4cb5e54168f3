"""Points at which a test makes something go wrong; in earnest nothing happens there.

A plan is called with the name of the point and what it is about:

    step      the number of the update that was just done
    read      the name of the image that is about to be read
    forward   the batch that is about to pass through the model
    write     the path of a checkpoint, before each piece of it is written
    fsync, replace, unlink   the path, before the operating system is asked
"""

from collections.abc import Callable

plan: Callable[[str, object], None] | None = None


def point(name: str, about: object) -> None:
    """Let the plan strike, if there is one."""
    if plan is not None:
        plan(name, about)
