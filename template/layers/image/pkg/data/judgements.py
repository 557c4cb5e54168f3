"""What is judged of images, of their names and targets: each a finding with its remedy."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from torch import Tensor

from ..engine.data.splits import NAMES
from .findings import Finding
from .formats.image_files import shown
from .pixels import WIDE
from .samples import Samples
from .schema import Schema
from .settings import DataSettings
from .target_findings import alike

CUT_OFF = 0.4  # of an image, on average, from which that is a finding


class Seen(NamedTuple):
    """An image that was read."""

    digest: str  # of its file, or of its pixels where there is none
    mode: str
    width: int
    height: int
    problem: str  # why it cannot be used


def judge_schema(settings: DataSettings, schema: Schema) -> Iterator[Finding]:
    """Yield what the scale of the pixels and the proportions leave to say."""
    place = settings.dataset_path
    wide = sorted(mode for mode in schema.modes if mode in WIDE)
    if wide and len(wide) < len(schema.modes):
        others = ", ".join(f"{n} {mode}" for mode, n in schema.modes.items())
        problem = f"some images have {schema.bits} bits a pixel, and others 8: {others}"
        yield Finding("warning", place, problem, "give all of them one scale")
    if schema.deep:
        problem = f"{schema.deep} images in colour have 16 bits: the upper 8 of them are used"
        yield Finding("warning", place, problem, "save 8 bits, if their values are small")
    if schema.cut_off > CUT_OFF:
        size = " x ".join(map(str, settings.input_shape[1:]))
        problem = f"{schema.cut_off:.0%} of an image is cut off on average, to make it {size}"
        yield Finding("note", place, problem, "data.preprocessing [pad, resize] keeps all of it")


def judge_names(names: Sequence[str]) -> Iterator[Finding]:
    """Yield images that have their name from another, up to the suffix."""
    stems = defaultdict[PurePosixPath, list[str]](list)
    for name in names:
        stems[PurePosixPath(name).with_suffix("") if name else PurePosixPath()].append(name)
    for same in stems.values():
        if len(same) > 1:
            others = ", ".join(shown(PurePosixPath(name).name) for name in same[1:])
            problem = f"stands beside {others}: the same name with another suffix"
            yield Finding("warning", shown(same[0]), problem, "keep one, if they show the same")


def judge_images(samples: Samples, seen: Mapping[int, Seen]) -> Iterator[Finding]:
    """Yield the images that cannot be read, and how many are enlarged."""
    broken = {i: each.problem for i, each in seen.items() if each.problem}
    for i, problem in broken.items():
        name = shown(samples.names[i])
        yield Finding("warning", name, problem, "mend or remove it; training replaces it")
    settings = samples.settings
    most = int(settings.max_unreadable * len(samples.names))
    if len(broken) > most:
        problem = f"{len(broken)} images cannot be read, more than {most} of {len(samples.names)}"
        remedy = "mend them, or raise data.max_unreadable"
        yield Finding("error", settings.dataset_path, problem, remedy)
    _, height, width = settings.input_shape
    small = [x for x in seen.values() if not x.problem and (x.width < width or x.height < height)]
    if small and "resize" in settings.preprocessing:
        problem = f"{len(small):,} of {len(seen):,} images are smaller than {height} x {width}"
        remedy = "they are enlarged; a smaller data.input_shape is faster"
        yield Finding("note", settings.dataset_path, problem, remedy)


def judge_duplicates(
    samples: Samples, splits: Sequence[Tensor], seen: Mapping[int, Seen]
) -> Iterator[Finding]:
    """Yield images that are the same to the last bit: across splits, or with other targets."""
    place = {i: name for name, ids in zip(NAMES, splits, strict=True) for i in ids.tolist()}
    same = defaultdict[str, list[int]](list)
    for i, each in seen.items():
        if not each.problem:
            same[each.digest].append(i)
    for first, *others in same.values():
        if not others:
            continue
        name = shown(samples.names[first])
        names = ", ".join(f"{shown(samples.names[i])} ({place.get(i, 'unused')})" for i in others)
        problem = f"({place.get(first, 'unused')}) is the same image as {names}"
        if any(not alike(samples.targets[i], samples.targets[first]) for i in others):
            yield Finding("warning", name, f"{problem}, with another target", "keep the right one")
        elif len({place.get(i) for i in (first, *others)}) > 1:
            yield Finding("warning", name, f"{problem}, in another split", "keep one of them")
        else:
            yield Finding("note", name, problem, "keep one of them")
