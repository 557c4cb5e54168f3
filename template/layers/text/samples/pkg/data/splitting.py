"""Which texts train, validate and test: equal texts are of one split."""

from pathlib import Path

import torch
from torch import Tensor

from ..engine.data.splits import NAMES, split
from .changes import tell_changes
from .samples import Examples
from .settings import DataSettings


def split_samples(
    examples: Examples, settings: DataSettings, manifest: Path | None, whole: bool
) -> list[Tensor]:
    """Return the numbers of the samples that train, validate and test; or all, for each.

    Samples of equal texts are of one split, unless the data say otherwise.
    """
    names, given = examples.names, examples.given
    if whole:
        return [torch.arange(len(names))] * 3
    if given is not None:
        drawn = [name for name in NAMES if name not in given]
        rest = f"; {' and '.join(drawn)} are drawn from train" if drawn else ""
        print(f"the files say which samples train, validate and test{rest}")
        names = [f"{name} {part}" for name, part in zip(names, given, strict=True)]
    if manifest is not None and manifest.exists():
        tell_changes(names, manifest, settings.dataset_path)
    first = {name: number for number, name in reversed([*enumerate(names)])}
    kept = sorted(first.values())  # the first sample of each name
    strata, seed = examples.strata, settings.split_seed
    splits = split(
        [names[i] for i in kept],
        settings.train_val_test_split,
        seed,
        None if strata is None else strata[kept],
        manifest,
        given=given and [given[i] for i in kept],
    )
    labels = {names[kept[k]]: part for part, ids in enumerate(splits) for k in ids.tolist()}
    numbers: list[list[int]] = [[], [], []]
    for number, name in enumerate(names):
        numbers[labels[name]].append(number)
    sizes = [(ids, min(settings.max_samples or len(ids), len(ids))) for ids in numbers]
    return [torch.tensor([ids[k * len(ids) // n] for k in range(n)]) for ids, n in sizes]
