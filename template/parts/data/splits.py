"""Which samples train, which validate and which test: decided once, then kept."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from ..errors import UserError

NAMES = ("train", "val", "test")


class Splits(NamedTuple):
    """Sample numbers of each split, in rising order."""

    train: list[int]
    val: list[int]
    test: list[int]


def split(
    names: Sequence[str],
    fractions: Sequence[float],
    seed: int,
    strata: Sequence[int] | None = None,
    manifest: Path | None = None,
) -> Splits:
    """Divide samples at random, each stratum (a class) in the same proportions.

    Args:
        names: A lasting name for each sample, such as its file.
        fractions: Shares of train, validation and test, which sum to 1.
        seed: Fixes the draw.
        strata: The class of each sample, or None for a plain draw.
        manifest: CSV file (name, split) that holds the division. If it exists it is
            read and new samples join the training split; if not, it is written.

    Raises:
        UserError: a split would be empty.
    """
    if manifest is not None and manifest.exists():
        with manifest.open(newline="", encoding="utf-8") as file:
            known = {row["name"]: row["split"] for row in csv.DictReader(file)}
        labels = [known.get(name, "train") for name in names]
    else:
        labels = draw(len(names), fractions, seed, strata)
        if manifest is not None:
            write_manifest(manifest, names, labels)
    splits = Splits(*([i for i, x in enumerate(labels) if x == s] for s in NAMES))
    counts = ", ".join(f"{len(s)} {n}" for n, s in zip(NAMES, splits, strict=True))
    if not all(splits):
        raise UserError(
            f"data.train_val_test_split {list(fractions)} of {len(names)} samples gives "
            f"{counts}: add samples or choose other shares"
        )
    return splits


def draw(
    count: int, fractions: Sequence[float], seed: int, strata: Sequence[int] | None
) -> list[str]:
    """Name the split of each sample.

    Shuffled strata are laid end to end and cut at even distances, so that every
    split gets its share of every stratum, and exactly its share of the whole.
    """
    shuffled = torch.randperm(count, generator=torch.Generator().manual_seed(seed))
    order = shuffled.tolist()
    if strata is not None:
        order.sort(key=lambda i: strata[i])  # stable: shuffled within each stratum
    wanted = [round(count * fraction) for fraction in fractions[1:]]
    labels = ["train"] * count
    for name, size in zip(NAMES[1:], wanted, strict=True):
        free = [i for i in order if labels[i] == "train"]
        for k in range(min(size, len(free))):
            labels[free[(2 * k + 1) * len(free) // (2 * size)]] = name
    return labels


def write_manifest(path: Path, names: Sequence[str], labels: Sequence[str]) -> None:
    """Write the division; a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    with draft.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(
            [("name", "split"), *zip(names, labels, strict=True)]
        )
    os.replace(draft, path)
