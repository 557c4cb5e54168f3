"""What is found of masks: classes that are rare or nowhere, and masks that say nothing."""

from collections.abc import Iterator
from typing import Any

from torch import Tensor

from .findings import Finding
from .formats.image_files import shown
from .masks import Mask
from .samples import Samples

VOID_SHARE = 0.5  # of all pixels, from which void is a finding


def judge_targets(samples: Samples, train: Tensor) -> Iterator[Finding]:
    """Yield what is wrong with the masks as a whole, then what was odd where they were found."""
    pixels, place = samples.targets.tally.pixels, samples.settings.dataset_path  # [L, K + 1]
    trained = samples.targets.pixels_of(train)[:, :-1] > 0  # [L, K]
    counts = zip((pixels[:, :-1] > 0).sum(0).tolist(), trained.sum(0).tolist(), strict=True)
    for name, (everywhere, in_training) in zip(samples.output_names, counts, strict=True):
        if not everywhere:
            remedy = "add masks that have it, or leave it out"
            yield Finding("warning", f"class {shown(name)}", "is in no mask", remedy)
        elif not in_training:
            remedy = "add samples, or split otherwise"
            yield Finding("warning", f"class {shown(name)}", "is nowhere in training", remedy)
        elif everywhere == 1:
            remedy = "add samples, or leave it out"
            yield Finding("warning", f"class {shown(name)}", "is in one mask alone", remedy)
    if empty := int((pixels[:, :-1].sum(1) == 0).sum()):
        problem = f"{empty:,} of {len(pixels):,} masks are void everywhere"
        yield Finding("warning", place, problem, "nothing is learnt of them: remove or draw them")
    if len(pixels) and (share := void_share(pixels)) > VOID_SHARE:
        problem = f"{share:.0%} of the pixels of masks are void"
        yield Finding("note", place, problem, "they are neither learnt nor counted")
    yield from samples.targets.findings


def void_share(pixels: Tensor) -> float:
    """Return the part of all pixels [L, K + 1], 0 to 1, that is of no class."""
    return float(pixels[:, -1].sum() / pixels.sum().clamp(min=1))


def describe_targets_of(samples: Samples) -> dict[str, Any]:
    """Return the facts: images and pixels of each class, and what is void."""
    pixels, names = samples.targets.tally.pixels, [shown(name) for name in samples.output_names]
    images, counts = (pixels > 0).sum(0).tolist(), pixels.sum(0).tolist()
    facts: dict[str, Any] = {"masks counted": len(pixels)}
    if samples.targets.values:
        facts["values in masks"] = {key: shown(x) for key, x in samples.targets.values.items()}
    facts["images with"] = dict(zip(names, images[:-1], strict=True))
    facts["pixels of"] = dict(zip(names, counts[:-1], strict=True))
    return facts | {"void": f"{void_share(pixels):.1%} of the pixels"}


def alike(one: Mask, other: Mask) -> bool:
    """Say whether two samples have the same mask; one that cannot be read is like no other."""
    try:
        first, second = one.read(), other.read()
    except ValueError:
        return False
    return first.shape == second.shape and bool((first == second).all())
