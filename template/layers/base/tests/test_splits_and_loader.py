"""Which samples go where, and in which order they come: decided by numbers alone."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from pkg.batch import Batch
from pkg.config import Config
from pkg.data.dataloader import get_dataloaders
from pkg.engine.data.loader import InMemory, Loader, split
from pkg.engine.data.quarantine import Quarantine
from pkg.engine.errors import UserError

Start = Callable[..., Config]
SHARES = (0.7, 0.15, 0.15)
NAMES = [f"{number}.png" for number in range(200)]
CPU = torch.device("cpu")


def numbers_loader(count: int, batch_size: int, seed: int = 0) -> Loader[None]:
    """Return a shuffling loader of samples that are their own numbers."""
    numbers = torch.arange(100)
    source, ids = InMemory(numbers, numbers), torch.arange(count)
    return Loader(source, ids, batch_size, lambda batch, _: batch, seed, None, shuffle=True)


def numbers_of(batches: Iterable[Batch]) -> list[list[int]]:
    """Return the numbers of the samples of each batch."""
    found = list(batches)
    assert all(batch.inputs.equal(batch.ids) for batch in found)
    return [batch.ids.tolist() for batch in found]


def parts(names: list[str], seed: int, **options: Any) -> list[list[int]]:
    """Return the sample numbers of each split."""
    return [ids.tolist() for ids in split(names, SHARES, seed, **options)]


def flat(batches: Iterable[Iterable[int]]) -> list[int]:
    """Lay batches end to end."""
    return [number for batch in batches for number in batch]


def test_every_sample_is_in_one_split() -> None:
    splits = parts(NAMES, seed=0)
    assert [len(ids) for ids in splits] == [140, 30, 30]
    assert sorted(flat(splits)) == list(range(200))


def test_the_same_seed_gives_the_same_splits() -> None:
    assert parts(NAMES, seed=0) == parts(NAMES, seed=0)
    assert parts(NAMES, seed=0) != parts(NAMES, seed=1)


def test_every_split_gets_its_share_of_every_class() -> None:
    classes = torch.tensor([0] * 100 + [1] * 80 + [2] * 20)
    for ids, share in zip(split(NAMES, SHARES, 0, classes), SHARES, strict=True):
        counts = Counter(classes[ids].tolist())
        for name, total in {0: 100, 1: 80, 2: 20}.items():
            assert abs(counts[name] - share * total) <= 1


def test_a_manifest_keeps_the_splits_when_samples_come_and_go(tmp_path: Path) -> None:
    manifest = tmp_path / "splits.csv"
    first = parts(NAMES, 0, manifest=manifest)
    place = {NAMES[i]: part for part, ids in enumerate(first) for i in ids}
    names = ["new.png", *NAMES[50:]]
    second = parts(names, 1, manifest=manifest)
    assert 0 in second[0]
    assert all(place[names[i]] == part for part, ids in enumerate(second) for i in ids if i)


def test_a_manifest_is_read_to_the_letter(tmp_path: Path) -> None:
    manifest, names = tmp_path / "splits.csv", ["name", *NAMES]
    first = parts(names, 0, manifest=manifest)
    manifest.write_text(manifest.read_text() + "\n")
    assert parts(names, 1, manifest=manifest) == first
    manifest.write_text(manifest.read_text().replace("7.png,train", "7.png,Train"))
    with pytest.raises(UserError, match=r"splits\.csv: \['\d*7\.png', 'Train'\]"):
        parts(names, 0, manifest=manifest)


def test_names_need_not_be_utf_8(tmp_path: Path) -> None:
    manifest, names = tmp_path / "splits.csv", [f"\udcff{name}" for name in NAMES]
    assert parts(names, 0, manifest=manifest) == parts(names, 1, manifest=manifest)
    path = tmp_path / "quarantine.csv"
    for _ in range(2):  # the second one reads what the first one wrote
        Quarantine(path, 1.0, 200).add(names[0], 0, f"image {names[0]} is broken")
    assert path.read_bytes().count(b"\xff0.png") == 2


def test_an_empty_split_is_refused_with_the_counts() -> None:
    with pytest.raises(UserError, match=r"data\.train_val_test_split .*3 train, 0 val, 0 test"):
        split(NAMES[:3], SHARES, seed=0)


def test_fewer_samples_are_part_of_all_of_them() -> None:
    for few, every in zip(parts(NAMES, 0, most=10), parts(NAMES, 0), strict=True):
        assert len(few) == 10
        assert set(few) <= set(every)
    assert [len(ids) for ids in parts(NAMES, 0, most=139)] == [139, 30, 30]


def test_every_epoch_has_each_sample_once_in_an_order_of_its_own() -> None:
    def order(epoch: int, batch_size: int, seed: int = 0) -> list[int]:
        return flat(numbers_of(numbers_loader(30, batch_size, seed).batches(epoch)))

    epochs = [order(epoch, batch_size=8) for epoch in range(3)]
    assert all(sorted(each) == list(range(30)) for each in epochs)
    assert len({tuple(each) for each in epochs}) == 3
    assert epochs[1] == order(1, batch_size=8)  # nothing but (seed, epoch)
    assert epochs[1] == order(1, batch_size=4)
    assert epochs[1] != order(1, batch_size=8, seed=1)


@pytest.mark.parametrize("start", [8, 16, 24])
def test_from_a_position_on_the_rest_is_the_same(start: int) -> None:
    loader = numbers_loader(count=30, batch_size=8)
    assert numbers_of(loader.batches(2, start)) == numbers_of(loader.batches(2))[start // 8 :]


def test_two_loaders_of_a_source_can_take_turns() -> None:
    loader = numbers_loader(count=30, batch_size=8)
    other = replace(loader, ids=torch.arange(50, 80))
    pairs = list(zip(loader.batches(1), other.batches(1), strict=True))
    assert numbers_of(one for one, _ in pairs) == numbers_of(loader.batches(1))
    assert numbers_of(two for _, two in pairs) == numbers_of(other.batches(1))


def test_small_batches_that_are_prepared_together_stay_the_same(make_config: Start) -> None:
    train, _, _ = get_dataloaders(make_config("run").data, batch_size=4, seed=0, device=CPU)
    #: if "mixup" in augmentation or "cutmix" in augmentation
    assert train.source.most == 0  # or samples of other batches would be mixed in
    #: else
    assert train.source.most > 8
    together, train.source.most = list(train.batches(1)), 0
    for one, other in zip(together, train.batches(1), strict=True):
        assert all(a.equal(b) for a, b in zip(one, other, strict=True))
    #: endif


def test_a_source_may_keep_the_used_samples_alone() -> None:
    used = torch.tensor([3, 5, 8, 9])
    source = InMemory(10 * used, used, used)
    [batch] = source.read([torch.tensor([8, 3, 9])])
    assert batch.inputs.tolist() == [80, 30, 90]
    assert batch.ids.tolist() == batch.targets.tolist() == [8, 3, 9]


def test_any_seed_orders_samples() -> None:
    loader = numbers_loader(count=30, batch_size=8, seed=2**63)
    assert sorted(flat(numbers_of(loader.batches(2)))) == list(range(30))
    assert sorted(flat(parts(NAMES, seed=2**64))) == list(range(200))


def test_a_last_batch_of_one_joins_the_one_before() -> None:
    loader = numbers_loader(count=17, batch_size=8)
    assert [len(batch.ids) for batch in loader.batches(0)] == [8, 9]
    assert [len(batch.ids) for batch in loader.batches(0, 8)] == [9]
    assert len(loader) == 2


def test_weights_draw_rare_samples_as_often() -> None:
    loader = numbers_loader(count=100, batch_size=100)
    loader.weights = torch.where(torch.arange(100) < 10, 0.9, 0.1)
    drawn = flat(flat(numbers_of(loader.batches(epoch))) for epoch in range(30))
    assert sum(number < 10 for number in drawn) / len(drawn) == pytest.approx(0.5, abs=0.05)


def test_data_of_another_number_of_outputs_are_refused(make_config: Start) -> None:
    options: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": CPU}
    data = make_config("run").data
    count = len(get_dataloaders(data, **options)[0].info.output_names)
    get_dataloaders(replace(data, num_outputs=count), **options)
    with pytest.raises(UserError, match=rf"data\.num_outputs is 7, but synthetic has {count}: "):
        get_dataloaders(replace(data, num_outputs=7), **options)


def test_validation_and_test_come_in_a_fixed_order(make_config: Start) -> None:
    loaders = get_dataloaders(make_config("run").data, batch_size=4, seed=0, device=CPU)
    for loader in loaders[1:]:
        ids = [batch.ids.tolist() for batch in loader.batches()]
        assert flat(ids) == sorted(flat(ids))
        assert ids == [batch.ids.tolist() for batch in loader.batches(epoch=1)]
#: if family == "image"


@pytest.mark.parametrize("workers", [0, 2])
def test_images_that_stream_are_those_in_memory(make_config: Start, workers: int) -> None:
    def batches(**changes: object) -> list[Batch]:
        data = make_config("run", **changes).data
        loader, _, _ = get_dataloaders(data, batch_size=8, seed=0, device=CPU)
        return [*loader.batches(0), *loader.batches(1, 8)]

    kept = batches(in_memory=True)
    streamed = batches(in_memory=False, num_workers=workers)
    assert len(kept) == len(streamed) == 4 + 3
    for one, other in zip(kept, streamed, strict=True):
        assert all(a.equal(b) for a, b in zip(one, other, strict=True))


def test_only_images_that_are_used_are_kept(make_config: Start) -> None:
    def load(**changes: object) -> Loader[Any]:
        data = make_config("run", in_memory=True, **changes).data
        return get_dataloaders(data, batch_size=50, seed=0, device=CPU)[0]

    few, every = load(max_samples=4), load()
    assert isinstance(few.source, InMemory)
    assert len(few.source.inputs) <= 12 < 50
    one, other = (next(loader.source.read([few.ids])) for loader in (few, every))
    assert all(a.equal(b) for a, b in zip(one, other, strict=True))


def test_an_image_does_not_depend_on_its_batch(make_config: Start) -> None:
    #: if "mixup" in augmentation or "cutmix" in augmentation
    names = set(make_config("run").data.augmentation) - {"mixup", "cutmix"}
    data = make_config("run", augmentation=sorted(names)).data
    #: else
    data = make_config("run").data
    #: endif
    images = []
    for size in (4, 15):
        loader, _, _ = get_dataloaders(data, batch_size=size, seed=0, device=CPU)
        inputs, _, ids = (torch.cat(part) for part in zip(*loader.batches(1), strict=True))
        images.append(dict(zip(ids.tolist(), inputs, strict=True)))
    assert images[0].keys() == images[1].keys()
    assert all(image.equal(images[1][i]) for i, image in images[0].items())
#: endif
