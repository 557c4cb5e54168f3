"""What is wrong with images and their targets, and how to mend it.

Training prints the quick part. Every image is read by

python -m pkg.data.check
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from io import BytesIO
from pathlib import Path, PurePosixPath
from statistics import median
from typing import Any

from PIL import Image
from torch import Tensor

from ..engine.data.splits import NAMES, split
from ..task.targets import describe_targets
from .findings import Finding, Report
from .formats.headers import header_of, in_threads
from .formats.image_files import describe_left_out, shown
from .info import DataInfo
from .judgements import (
    Seen,
    judge_duplicates,
    judge_images,
    judge_names,
    judge_schema,
)
from .pixels import WIDE, convert
from .sample import check_target, strata
from .samples import Samples
from .schema import Schema
from .settings import DataSettings
from .sizing import cut_off, preprocess
from .source import load_samples
from .target_findings import describe_targets_of, judge_targets

FLAT = 0.01  # standard deviation of pixels, 0 to 1, below which hardly anything is to be seen


def quick(samples: Samples, splits: Sequence[Tensor], info: DataInfo) -> list[Finding]:
    """Return what a training should know and what takes no time to find."""
    schema, found = Schema(**info.schema), [*judge_targets(samples, splits[0])]
    if broken := len(samples.quarantine.known):
        problem, remedy = f"{broken} cannot be read", "they stand in quarantine.csv"
        found.append(Finding("warning", samples.settings.dataset_path, problem, remedy))
    measured = samples.settings.normalization_std is None
    if measured and max(info.normalization_std) < FLAT:
        problem = f"pixels hardly differ, their standard deviation is {info.normalization_std}"
        found.append(Finding("warning", samples.settings.dataset_path, problem, "look at them"))
    return [*found, *judge_schema(samples.settings, schema), *judge_names(samples.names)]


def examine(settings: DataSettings) -> Report:
    """Read every image of the data set.

    Raises:
        UserError: the data are missing, or do not fit the settings.
    """
    samples = load_samples(settings)
    names, fractions, seed = samples.names, settings.train_val_test_split, settings.split_seed
    splits = split(names, fractions, seed, strata(samples.targets), given=samples.given)
    schema = Schema.learn(samples, splits[0])
    describe_targets(samples.targets, splits[0], samples.output_names)
    looks = in_threads(lambda i: look(samples, i, schema), range(len(names)))
    seen = {i: each for i, each in enumerate(looks) if each is not None}
    found = [*judge_targets(samples, splits[0]), *judge_schema(settings, schema)]
    if samples.left_out:
        problem = describe_left_out(samples.left_out)
        found.append(Finding("note", settings.dataset_path, problem, "remove or convert them"))
    for place, reason in samples.broken.items():
        found.append(Finding("warning", f"{settings.dataset_path} {place}", reason, "mend it"))
    found += judge_images(samples, seen)
    found += [*judge_names(names), *judge_duplicates(samples, splits, seen)]
    return Report(found, describe(samples, splits, schema, seen))


def look(samples: Samples, index: int, schema: Schema) -> Seen:
    """Decode an image, as fast as that tells whether it is whole; look at its target, too."""
    settings, name = samples.settings, samples.names[index]
    try:
        with samples.read(name) as image:
            header, content = header_of(image), content_of(image)
            if "resize" not in settings.preprocessing or header.mode in ("F", *WIDE):
                channels = settings.input_shape[0]
                preprocess(convert(image, channels, schema.pixel_range), settings)
            else:
                image.draft(None, (header.width // 8, header.height // 8))  # JPEG: a rough one
                image.load()
        check_target(samples.targets[index], (header.width, header.height))
    except Exception as error:  # each decoder of Pillow raises what it likes
        return Seen("", "", 0, 0, str(error) or type(error).__name__)
    return Seen(blake2b(content).hexdigest(), header.mode, header.width, header.height, "")


def content_of(image: Image.Image) -> bytes:
    """Return the bytes of an image's file, or its pixels where there is none."""
    file, path = getattr(image, "fp", None), getattr(image, "filename", "")
    if path and Path(path).is_file():
        return Path(path).read_bytes()
    if isinstance(file, BytesIO):
        return file.getvalue()
    return f"{image.mode} {image.size}".encode() + image.tobytes()


def describe(
    samples: Samples, splits: Sequence[Tensor], schema: Schema, seen: Mapping[int, Seen]
) -> dict[str, Any]:
    """Return the facts: how many of what, and how large."""
    good = [each for each in seen.values() if not each.problem]
    facts: dict[str, Any] = {"samples": len(samples.names)}
    facts |= {name: len(ids) for name, ids in zip(NAMES, splits, strict=True)}
    facts["unreadable"] = len(seen) - len(good)
    facts |= describe_targets_of(samples)
    suffixes = Counter(PurePosixPath(name).suffix.lower() for name in samples.names)
    facts["images with suffix"] = {shown(key) or "none": n for key, n in suffixes.items()}
    facts["mode"] = dict(Counter(each.mode for each in good))
    facts["bits of a channel"] = schema.bits
    if schema.pixel_range:
        facts["black and white"] = "{:g} and {:g}".format(*schema.pixel_range)
    if good:
        sizes: dict[str, list[float]] = {
            "width": [x.width for x in good],
            "height": [x.height for x in good],
            "width / height": [x.width / x.height for x in good],
            "cut off": [cut_off(x.width, x.height, samples.settings) for x in good],
        }
        if not any(sizes["cut off"]):
            del sizes["cut off"]
        for name, column in sizes.items():
            numbers = {"least": min(column), "median": median(column), "most": max(column)}
            facts[name] = numbers
    facts["data.input_shape"] = " x ".join(map(str, samples.settings.input_shape))
    facts["sizing"] = schema.sizing
    return facts
