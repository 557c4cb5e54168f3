"""One project, imported before the tests that are about it; each test has a folder of its own."""

import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

import project  # first: now there is `faulty` to import
import pytest
import runs
import torch
from faulty.engine import faults

assert project.PROJECT.is_dir()


@pytest.fixture(autouse=True)
def _leave_no_trace(monkeypatch: pytest.MonkeyPatch, tmp_path: os.PathLike[str]) -> Iterator[None]:
    """Work in a folder of the test's own, on one thread; give signals and the hook back."""
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)  # the number of threads decides the last bits
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    faults.plan = None
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., runs.Whole]:
    """Return a function that gives the undisturbed run of some settings, trained once.

    It also loads what torch and TensorBoard load late, so that no child has to.
    """
    known: dict[str, runs.Whole] = {}

    def train(**changes: Any) -> runs.Whole:
        if (name := repr(changes)) not in known:
            folder = tmp_path_factory.mktemp("whole")
            known[name] = runs.undisturbed(runs.make_config(folder, **changes))
        return known[name]

    return train
