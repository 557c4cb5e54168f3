from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from benchmarks import threads
from benchmarks.job import Timing


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


class Fake:
    """Takes so many seconds a pass, by the number of threads; its first pass of each is slow."""

    def __init__(self, seconds: dict[int, float]) -> None:
        self.seconds, self.begun = seconds, set[int]()

    def run(self, epoch: int) -> Timing:
        number = torch.get_num_threads()
        seconds = self.seconds[number] + (0 if number in self.begun else 100)
        self.begun.add(number)
        return Timing(seconds, seconds, 0.0, 0.0)

    def weights(self) -> dict[str, Tensor]:
        return {}


@pytest.mark.usefixtures("two_threads")
@pytest.mark.parametrize(("seconds", "best"), [({1: 1.0, 2: 2.0}, 1), ({1: 2.0, 2: 1.0}, 2)])
def test_the_faster_number_is_kept(seconds: dict[int, float], best: int) -> None:
    assert threads.choose(Fake(seconds)) == best
    assert torch.get_num_threads() == best
