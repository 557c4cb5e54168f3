"""A lock on the folder of a run: two runs in one folder would write over each other.

It is a lock of the operating system on the file `.lock`, so it dies with its process, however
that ends; worker processes do not inherit it. On network storage it holds between hosts where
that storage has POSIX locks (NFS does); elsewhere it cannot see the other host.
"""

import os
import socket
import sys
from pathlib import Path
from typing import IO

from .errors import UserError

NAME = ".lock"
HELD: dict[Path, IO[str]] = {}  # by this process, by folder


def acquire(folder: Path, setting: str) -> None:
    """Lock a folder until `release`, or until this process ends.

    Raises:
        UserError: another process has it; the message names `setting`.
    """
    release(folder)
    path = folder / NAME
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            lock(file)
        except (PermissionError, BlockingIOError):
            file.seek(0)
            owner = file.read().strip() or "another process"
            file.close()
            problem = f"{folder} is in use by {owner}: wait for it, or choose another folder"
            raise UserError(f"{setting}: {problem}") from None
        except OSError as error:
            reason = f"cannot be locked ({error.strerror}): start no second run in it"
            print(f"warning: {folder} {reason}")
        if path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat()):
            break
        file.close()  # whoever had it has removed it meanwhile
    file.truncate(0)
    file.write(f"process {os.getpid()} on {socket.gethostname()}\n")
    file.flush()
    HELD[folder] = file


def release(folder: Path) -> None:
    """Give a folder free, if this process has it."""
    if file := HELD.pop(folder, None):
        if sys.platform == "win32":  # where an open file cannot be removed
            file.close()
        (folder / NAME).unlink(missing_ok=True)
        file.close()


def lock(file: IO[str]) -> None:
    """Ask the operating system, without waiting.

    Raises:
        PermissionError, BlockingIOError: another process has it.
        OSError: the storage has no locks.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
