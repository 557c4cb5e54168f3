"""Which samples train, validate and test: decided by numbers alone, and kept."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import torch

from pkg.engine.data.quarantine import Quarantine
from pkg.engine.data.splits import split
from pkg.engine.errors import UserError

FRACTIONS = (0.7, 0.15, 0.15)
NAMES = [f"{number}.png" for number in range(200)]


def parts(names: list[str], seed: int, **options: Any) -> list[list[int]]:
    """Return the sample numbers of each split."""
    return [ids.tolist() for ids in split(names, FRACTIONS, seed, **options)]


def flat(splits: Iterable[Iterable[int]]) -> list[int]:
    """Lay splits end to end."""
    return [number for ids in splits for number in ids]


def test_every_sample_is_in_one_split() -> None:
    splits = parts(NAMES, seed=0)
    assert [len(ids) for ids in splits] == [140, 30, 30]
    assert sorted(flat(splits)) == list(range(200))


def test_the_same_seed_gives_the_same_splits() -> None:
    assert parts(NAMES, seed=0) == parts(NAMES, seed=0)
    assert parts(NAMES, seed=0) != parts(NAMES, seed=1)


def test_any_seed_splits() -> None:
    assert sorted(flat(parts(NAMES, seed=2**64))) == list(range(200))


def test_every_split_gets_its_fraction_of_every_class() -> None:
    classes = torch.tensor([0] * 100 + [1] * 80 + [2] * 20)
    for ids, fraction in zip(split(NAMES, FRACTIONS, 0, classes), FRACTIONS, strict=True):
        counts = Counter(classes[ids].tolist())
        for name, total in {0: 100, 1: 80, 2: 20}.items():
            assert abs(counts[name] - fraction * total) <= 1


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
        split(NAMES[:3], FRACTIONS, seed=0)


def test_fewer_samples_are_part_of_all_of_them() -> None:
    for few, every in zip(parts(NAMES, 0, max_samples=10), parts(NAMES, 0), strict=True):
        assert len(few) == 10
        assert set(few) <= set(every)
    assert [len(ids) for ids in parts(NAMES, 0, max_samples=139)] == [139, 30, 30]
