"""Which samples train, validate and test."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import torch
from torch import Tensor

from ..errors import UserError
from ..files import write_text

NAMES = ("train", "val", "test")
SEEDS = 2**64 - 1  # that a generator takes


def split(
    names: Sequence[str],
    fractions: Sequence[float],
    seed: int,
    targets: Tensor | None = None,
    manifest: Path | None = None,
    max_samples: int | None = None,
    given: Sequence[str] | None = None,
) -> list[Tensor]:
    """Return the numbers of the samples of each split, with the same fractions of each class.

    The file `manifest` (CSV: name, split) keeps the splits; samples new to it train. At most
    `max_samples` of each split are used, evenly spread. Where the data say the split of each
    sample, it is `given`; one that they lack is drawn from the samples that train.

    Raises:
        UserError: the file is not what was written, or a split is empty.
    """
    if manifest is not None and manifest.exists():
        with manifest.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
            rows = [row for row in csv.reader(file) if row][1:]
        if wrong := [row for row in rows if len(row) != 2 or row[1] not in NAMES]:
            raise UserError(f"{manifest}: {wrong[0]} is not a name and one of {NAMES}")
        known = dict(rows)
        labels = [known.get(name, "train") for name in names]
        if given is not None:  # the folder that a new sample lies in decides, or an old one now
            drawn = {*NAMES} - {*given}
            pairs = zip(labels, given, strict=True)
            labels = [old if part == "train" and old in drawn else part for old, part in pairs]
    else:
        labels = draw(len(names), fractions, seed, targets, given)
        if manifest is not None:
            text = StringIO(newline="")
            csv.writer(text).writerows([("name", "split"), *zip(names, labels, strict=True)])
            write_text(manifest, text.getvalue())
    splits = [[i for i, label in enumerate(labels) if label == name] for name in NAMES]
    if not all(splits):
        counts = ", ".join(f"{labels.count(name)} {name}" for name in NAMES)
        problem = f"data.train_val_test_split {list(fractions)} leaves a split empty ({counts})"
        raise UserError(f"{problem}: add samples or choose other fractions")
    sizes = [(ids, min(max_samples or len(ids), len(ids))) for ids in splits]
    return [torch.tensor([ids[k * len(ids) // n] for k in range(n)]) for ids, n in sizes]


def draw(
    count: int,
    fractions: Sequence[float],
    seed: int,
    targets: Tensor | None,
    given: Sequence[str] | None = None,
) -> list[str]:
    """Name the split of each sample: exact fractions of the whole, and nearly so of each class."""
    order = torch.randperm(count, generator=torch.Generator().manual_seed(seed % SEEDS)).tolist()
    if targets is not None and not targets.is_floating_point():
        order.sort(key=targets.tolist().__getitem__)  # the classes, shuffled, end to end
    labels = ["train"] * count if given is None else list(given)
    for name, fraction in zip(NAMES[1:], fractions[1:], strict=True):
        if name in (given or ()):
            continue
        free = [i for i in order if labels[i] == "train"]
        whole = count if given is None else given.count("train")
        size = min(len(free), round(whole * fraction))
        for k in range(size):  # at even distances
            labels[free[(2 * k + 1) * len(free) // (2 * size)]] = name
    return labels
