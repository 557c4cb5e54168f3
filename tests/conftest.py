"""What every test may rely on: nobody's settings and nobody's git.

Hugging Face and Weights & Biases are told to stay offline; nothing else keeps off the network.
"""

import os
from collections.abc import Iterator

import pytest

from tools.render import Render, renderer

SOMEBODY = {"NAME": "Somebody", "EMAIL": "somebody@example.org"}
for role in ("AUTHOR", "COMMITTER"):
    os.environ |= {f"GIT_{role}_{key}": value for key, value in SOMEBODY.items()}
os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
os.environ |= {"HF_HUB_OFFLINE": "1", "WANDB_MODE": "offline"}
os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads of several runs slow each other down


@pytest.fixture(scope="session")
def make() -> Iterator[Render]:
    """Return a function that makes a project from the template as it stands."""
    with renderer() as render:
        yield render
