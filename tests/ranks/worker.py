"""What torchrun starts on a host of test_hosts.py: worker.py SETTINGS.

On the host that is to be lost it comes to a stop after some updates, and says so with a file; what
passes through the model is written down.
"""

import os
import sys
import time
from pathlib import Path
from typing import Any

import trained_ranks

STEP = 3


def plan(name: str, about: Any) -> None:
    """Stop where the host is to be lost."""
    if (name, about) == ("step", STEP) and os.environ["HOST"] == "lost":
        Path("reached").touch()
        time.sleep(3600)


trained_ranks.train_here(sys.argv[1], trained_ranks.PlainModel, plan)
