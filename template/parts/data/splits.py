"""Which samples train, which validate and which test: decided once, then kept."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import torch

from ..errors import UserError
from ..storage import write_text


class Splits(NamedTuple):
    """Sample numbers of each split, in rising order."""

    train: list[int]
    val: list[int]
    test: list[int]


NAMES = Splits._fields


def split(
    names: Sequence[str],
    fractions: Sequence[float],
    seed: int,
    classes: Sequence[int] | None = None,
    manifest: Path | None = None,
    most: int | None = None,
) -> Splits:
    """Divide samples at random, those of each class in the same proportions.

    Args:
        names: A lasting name for each sample, such as its file.
        fractions: Shares of train, validation and test, which sum to 1.
        seed: Fixes the draw.
        classes: The class of each sample; None draws without regard to any.
        manifest: CSV file (name, split) that keeps the division: if it is there it is read,
            and samples that are new to it train; if not, it is written.
        most: Samples to use of each split at most, evenly spread; None uses all.
    """
    if manifest is not None and manifest.exists():
        with manifest.open(newline="", encoding="utf-8") as file:
            known = dict(csv.reader(file))
        labels = [known.get(name, "train") for name in names]
    else:
        labels = draw(len(names), fractions, seed, classes)
        if manifest is not None:
            text = StringIO(newline="")
            csv.writer(text).writerows([("name", "split"), *zip(names, labels, strict=True)])
            write_text(manifest, text.getvalue())
    splits = Splits(*([i for i, label in enumerate(labels) if label == name] for name in NAMES))
    if not all(splits):
        counts = ", ".join(f"{labels.count(name)} {name}" for name in NAMES)
        problem = f"data.train_val_test_split {list(fractions)} leaves a split empty ({counts})"
        raise UserError(f"{problem}: add samples or choose other shares")
    return Splits(*(ids[:: 1 if most is None else -(-len(ids) // most)] for ids in splits))


def draw(
    count: int, fractions: Sequence[float], seed: int, classes: Sequence[int] | None
) -> list[str]:
    """Name the split of each sample.

    The shuffled classes are laid end to end and picked from at even distances, so that every
    split gets its share of every class, and exactly its share of the whole.
    """
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed)).tolist()
    if classes is not None:
        order.sort(key=lambda i: classes[i])  # stable: shuffled within each class
    labels = ["train"] * count
    for name, fraction in zip(NAMES[1:], fractions[1:], strict=True):
        free = [i for i in order if labels[i] == "train"]
        size = min(len(free), round(count * fraction))
        for k in range(size):
            labels[free[(2 * k + 1) * len(free) // (2 * size)]] = name
    return labels
