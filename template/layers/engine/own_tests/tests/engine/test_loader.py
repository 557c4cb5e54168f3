"""In which order samples come: decided by the seed and the epoch alone."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
import torch
from plain import Rows
from torch import Tensor

from pkg.engine.data.loader import InMemory, Loader


def numbers_loader(count: int, batch_size: int, seed: int = 0) -> Loader[None]:
    """Return a shuffling loader of samples that are their own numbers."""
    numbers = torch.arange(100)
    source, ids = InMemory(Rows(numbers, numbers, numbers)), torch.arange(count)
    return Loader(source, ids, batch_size, lambda batch, _: batch, seed, None, shuffle=True)


def numbers_of(batches: Iterable[Rows]) -> list[list[int]]:
    """Return the numbers of the samples of each batch."""
    found = list(batches)
    assert all(batch.inputs.equal(batch.ids) for batch in found)
    return [batch.ids.tolist() for batch in found]


def flat(batches: Iterable[Iterable[int]]) -> list[int]:
    """Lay batches end to end."""
    return [number for batch in batches for number in batch]


def test_every_epoch_has_each_sample_once_in_an_order_of_its_own() -> None:
    def order(epoch: int, batch_size: int, seed: int = 0) -> list[int]:
        return flat(numbers_of(numbers_loader(30, batch_size, seed).batches(epoch)))

    epochs = [order(epoch, batch_size=8) for epoch in range(3)]
    assert all(sorted(each) == list(range(30)) for each in epochs)
    assert len({tuple(each) for each in epochs}) == 3
    assert epochs[1] == order(1, batch_size=8)  # nothing but (seed, epoch)
    assert epochs[1] == order(1, batch_size=4)
    assert epochs[1] != order(1, batch_size=8, seed=1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_from_a_position_on_the_rest_is_the_same(count: int) -> None:
    loader = numbers_loader(count=30, batch_size=8)
    batches = list(loader.batches(2))
    position = loader.advance(loader.start, batches[:count])
    assert position == 8 * count
    assert numbers_of(loader.batches(2, position)) == numbers_of(batches[count:])


@pytest.mark.parametrize("together", [0, 100])
def test_a_batch_is_changed_by_its_epoch_and_its_number_alone(together: int) -> None:
    loader = replace(
        numbers_loader(count=30, batch_size=8),
        vary=lambda batch, epoch, number: batch._replace(inputs=batch.ids + 1000 * epoch + number),
    )
    loader.source.max_samples_per_prepare = together  # batches, that are prepared at a time
    changes = [(batch.inputs - batch.ids).tolist() for batch in loader.batches(2)]
    assert changes == [[2000 + number] * size for number, size in enumerate((8, 8, 8, 6))]
    rest = [(batch.inputs - batch.ids).tolist() for batch in loader.batches(2, 16)]
    assert rest == changes[2:]


def test_two_loaders_of_a_source_can_take_turns() -> None:
    loader = numbers_loader(count=30, batch_size=8)
    other = replace(loader, ids=torch.arange(50, 80))
    pairs = list(zip(loader.batches(1), other.batches(1), strict=True))
    assert numbers_of(one for one, _ in pairs) == numbers_of(loader.batches(1))
    assert numbers_of(two for _, two in pairs) == numbers_of(other.batches(1))


def test_small_batches_are_prepared_together_and_stay_the_same() -> None:
    loader, sizes = numbers_loader(count=30, batch_size=4), list[int]()

    def prepare(batch: Rows, epoch: int) -> Rows:
        sizes.append(batch.size)
        return batch

    loader.prepare = prepare
    assert loader.source.max_samples_per_prepare > 30
    together = numbers_of(loader.batches(1))
    loader.source.max_samples_per_prepare = 0
    assert numbers_of(loader.batches(1)) == together
    assert sizes == [30] + [4] * 7 + [2]


def test_a_source_may_keep_the_used_samples_alone() -> None:
    used = torch.tensor([3, 5, 8, 9])
    source = InMemory(Rows(10 * used, used, used), used)
    [batch] = source.read([torch.tensor([8, 3, 9])])
    assert batch.inputs.tolist() == [80, 30, 90]
    assert batch.ids.tolist() == batch.targets.tolist() == [8, 3, 9]


def test_any_seed_orders_samples() -> None:
    loader = numbers_loader(count=30, batch_size=8, seed=2**63)
    assert sorted(flat(numbers_of(loader.batches(2)))) == list(range(30))


def test_a_last_batch_of_one_joins_the_one_before() -> None:
    loader = numbers_loader(count=17, batch_size=8)
    assert [batch.size for batch in loader.batches(0)] == [8, 9]
    assert [batch.size for batch in loader.batches(0, 8)] == [9]
    assert len(loader) == 2


def test_weights_draw_rare_samples_as_often() -> None:
    loader = numbers_loader(count=100, batch_size=100)
    loader.weights = torch.where(torch.arange(100) < 10, 0.9, 0.1)
    drawn = flat(flat(numbers_of(loader.batches(epoch))) for epoch in range(30))
    assert sum(number < 10 for number in drawn) / len(drawn) == pytest.approx(0.5, abs=0.05)


def test_training_may_arrange_what_a_batch_holds() -> None:
    loader = numbers_loader(count=30, batch_size=8)

    def arrange(order: Tensor, generator: torch.Generator) -> Tensor:
        halves = order[order < 16], order[order >= 16]
        return torch.cat(halves if torch.rand((), generator=generator) < 0.5 else halves[::-1])

    loader.arrange = arrange
    epochs = [numbers_of(loader.batches(epoch)) for epoch in range(8)]
    assert all(sorted(flat(each)) == list(range(30)) for each in epochs)
    first = {max(each[0]) < 16 for each in epochs}  # either half may begin
    assert first == {True, False}
    assert numbers_of(loader.batches(3, 16)) == epochs[3][2:]
    loader.shuffle = False
    assert flat(numbers_of(loader.batches(1))) == list(range(30))


def test_a_peek_is_of_prepared_samples() -> None:
    loader = numbers_loader(count=30, batch_size=8)
    loader.prepare = lambda batch, epoch: batch._replace(targets=batch.targets + 100)
    batch = loader.peek(3)
    assert (batch.ids.tolist(), batch.targets.tolist()) == ([0, 1, 2], [100, 101, 102])
