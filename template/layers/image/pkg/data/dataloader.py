"""From files to batches: find the samples, split them, read them, describe them.

Shapes: N samples, B of them in a batch, C channels, H x W pixels.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm

from ..batch import Batch
from ..engine.data.loader import InMemory, Loader, Source
from ..engine.data.quarantine import Quarantine
from ..engine.data.splits import NAMES, split
from ..engine.data.streaming import Streaming
from ..engine.data.workers import choose_workers
from ..engine.errors import UserError
from ..task.targets import describe_targets
from .batch_pictures import save_batches
from .changes import tell_changes
from .doctor import quick
from .findings import print_quick
from .formats.image_files import describe_left_out, find_images, read_file
from .info import DataInfo
from .outputs import check_outputs
from .sample import chances, check_known, strata, unknown
from .samples import Samples
from .schema import Schema, hash_names
from .settings import DataSettings
from .source import load_samples
from .transforms import Prepare
from .variable_size import vary_size

MEMORY_LIMIT = 1_000_000_000  # bytes of images that `in_memory: auto` keeps
SMALL = 50_000  # bytes of an image that is decoded sooner than handed to a thread
MEASURED = 2_000  # training images that the normalization is computed from
SplitLoader = Loader[DataInfo]


def get_dataloaders(
    settings: DataSettings,
    *,
    batch_size: int,
    seed: int,
    device: torch.device,
    manifest: Path | None = None,
    info: DataInfo | None = None,
    whole: bool = False,
) -> tuple[SplitLoader, SplitLoader, SplitLoader]:
    """Return the loaders of the train, val and test split.

    Args:
        settings: Where the data are, and how to split and preprocess them.
        batch_size: Samples in a batch.
        seed: Decides the order of the samples and their augmentation.
        device: Where batches are to be.
        manifest: File that keeps the split, so that it outlives new samples.
        info: Facts of the data, from a checkpoint; without them they are measured.
        whole: Whether each loader has all samples, unsplit.

    Raises:
        UserError: the data are missing or damaged, or do not fit the settings or `info`.
    """
    samples = load_samples(settings)
    if samples.left_out:
        print(f"note: {describe_left_out(samples.left_out)}")
    splits = split_samples(samples, manifest, whole)
    if info:
        schema = Schema(**info.schema)
        told = whole or manifest is not None or {*NAMES} == {*(samples.given or ())}
        compare(samples, splits, schema, told)
        check_known(samples.targets, info)
    else:
        schema = Schema.learn(samples, splits[0])
    samples, used = make_ready(samples, splits, manifest, schema)
    source = open_source(samples, used, device)
    begun = manifest.parent if manifest is not None and info is None else None  # by this call
    if info is None:
        info = describe(samples, source, splits[0], schema)
        if manifest is not None:
            schema.write(manifest.with_name("schema.json"))
            print_quick(partial(quick, samples, splits, info), len(used))
    check_outputs(settings, samples.output_names, info.output_names)
    train, val, test = (
        SplitLoader(source, ids, batch_size, Prepare(info, device, names, seed), seed, info)
        for ids, names in zip(splits, (settings.augmentation, [], []), strict=True)
    )
    train.shuffle = True
    train.weights = chances(samples.targets, train.ids, settings)
    train.vary = vary_size(settings, seed)
    if begun is not None:
        save_batches(train, info, begun)
    return train, val, test


def split_samples(samples: Samples, manifest: Path | None, whole: bool) -> list[Tensor]:
    """Return the numbers of the samples that train, validate and test; or all, for each."""
    settings, names = samples.settings, samples.names
    if whole:
        return [torch.arange(len(names))] * 3
    if samples.given is not None:
        drawn = [name for name in NAMES if name not in samples.given]
        rest = f"; {' and '.join(drawn)} are drawn from train" if drawn else ""
        print(f"the folders say which images train, validate and test{rest}")
    if manifest is not None and manifest.exists():
        tell_changes(names, manifest, settings.dataset_path)
    return split(
        names,
        settings.train_val_test_split,
        settings.split_seed,
        strata(samples.targets),
        manifest,
        settings.max_samples,
        samples.given,
    )


def compare(samples: Samples, splits: list[Tensor], schema: Schema, told: bool) -> None:
    """Print how images are unlike those that trained.

    Args:
        samples: The images.
        splits: Their numbers.
        schema: What was learnt of those that trained.
        told: Whether something else says which of them trained, or that does not matter.

    Raises:
        UserError: images that trained may be among those to evaluate.
    """
    if different := schema.differences(samples, torch.cat(splits).unique()):
        print(f"warning: unlike the images that trained: {'; '.join(different)}")
    trained = [samples.names[i] for i in splits[0].tolist()]
    if told or hash_names(trained) == schema.train_hash:
        return
    path, problem = samples.settings.dataset_path, "images that trained may be evaluated"
    if path == schema.dataset_path:
        lost = "has changed since the training, and splits.csv is not beside the checkpoint"
        raise UserError(f"data.dataset_path: {path} {lost}: {problem}: put it back")
    print(f"warning: {path} is not what the training split: {problem}")


def make_ready(
    samples: Samples, splits: list[Tensor], manifest: Path | None, schema: Schema
) -> tuple[Samples, Tensor]:
    """Let samples replace those of their split that cannot be read; return the used ones, too."""
    fallback, used = torch.arange(len(samples.names)), torch.cat(splits).unique()
    for ids in splits:
        fallback[ids] = ids.roll(-1)  # the next of the same split
    path, limit = manifest and manifest.with_name("quarantine.csv"), samples.settings.max_unreadable
    quarantine = Quarantine(path, limit, len(used))
    samples = replace(samples, fallback=fallback, quarantine=quarantine)
    return replace(samples, pixel_range=schema.pixel_range), used


def open_source(samples: Samples, ids: Tensor, device: torch.device) -> Source:
    """Read the samples `ids` into memory if they fit; otherwise read them as they are needed."""
    settings = samples.settings
    for place, reason in samples.broken.items():
        samples.quarantine.add(settings.dataset_path, place, reason)
    first = samples.read_or_replace(int(ids[0]))
    fits = len(ids) * sum(field.nbytes for field in first) <= MEMORY_LIMIT
    if settings.in_memory is False or (settings.in_memory == "auto" and not fits):
        workers, reason = settings.num_workers, "data.num_workers"
        if workers == "auto":
            workers, reason = choose_workers()
        print(f"images are read as they are needed, by {workers} worker processes: {reason}")
        return Streaming(samples, device, workers, settings.worker_timeout)
    used = None if len(ids) == len(samples.names) else ids.to(device)
    source = InMemory(read_all(samples, ids, first, device), used)
    #: if mixes
    source.max_samples_per_prepare = 0  # a sample is mixed with others of its batch
    #: endif
    return source


def read_all(samples: Samples, ids: Tensor, first: Batch, device: torch.device) -> Batch:
    """Return the samples of these numbers, all of the shapes of the first, in one batch."""
    numbers, small = ids.tolist(), first.inputs.nbytes < SMALL
    empty = partial(torch.empty, device=device)
    whole = Batch(*(empty(len(ids), *x.shape[1:], dtype=x.dtype) for x in first))
    read = samples.read_or_replace
    with ThreadPoolExecutor() as pool:  # decoding leaves Python's lock
        found = map(read, numbers) if small else pool.map(read, numbers)
        for row, one in enumerate(tqdm(found, "reading", len(ids), disable=None)):
            for field, value in zip(whole, one, strict=True):
                field[row] = value[0]
    return whole


def describe(samples: Samples, source: Source, train: Tensor, schema: Schema) -> DataInfo:
    """Gather the facts; what the settings leave open comes from the training split."""
    settings, names = samples.settings, samples.output_names
    mean, std = settings.normalization_mean, settings.normalization_std
    if mean is None or std is None:
        some = list(train[:: -(-len(train) // MEASURED)].split(16))
        found, spread = measure_pixels(batch.inputs for batch in source.read(some))
        mean, std = mean or found.tolist(), std or spread.clamp(min=1e-3).tolist()
    return DataInfo(
        input_shape=settings.input_shape,
        output_names=names,
        normalization_mean=mean,
        normalization_std=std,
        targets=describe_targets(samples.targets, train, names),
        schema=asdict(schema),
    )


def measure_pixels(batches: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """Return mean and standard deviation of each channel [C], from 0 to 1, of [B, C, H, W]."""
    sums = torch.zeros(3, 1, dtype=torch.int64)  # of counts, values and squares: exact
    for images in batches:
        pixels = images.cpu().transpose(0, 1).flatten(1).int()  # [C, B x H x W]
        sums = sums + torch.stack([(pixels**power).sum(1) for power in range(3)])
    count, total, squared = sums.double()  # each [C]
    variance = (squared - total.square() / count) / (count - 1).clamp(min=1)
    return total / count / 255, variance.clamp(min=0).sqrt() / 255


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[dict[str, Any], Batch | UserError]]:
    """Yield every image by name: as the model sees it, a batch of one, or what is wrong with it."""
    names, schema = find_inputs(paths), Schema(**info.schema)
    samples = Samples(settings, partial(read_file, Path()), names, unknown(len(names)), [])
    if different := schema.differences(samples, torch.arange(len(names))):
        print(f"warning: unlike the images that trained: {'; '.join(different)}", file=sys.stderr)
    samples = replace(samples, pixel_range=schema.pixel_range)
    prepare = Prepare(info, torch.device("cpu"), [], 0)
    for i, name in enumerate(names):
        try:
            yield {"input": name}, prepare(samples.read_sample(i), 0)
        except UserError as error:
            yield {"input": name}, error


def find_inputs(paths: Sequence[str]) -> list[str]:
    """Return the files that are named, and the images below folders."""
    names, others = list[str](), list[str]()
    for path in map(Path, paths):
        images, rest = find_images(path) if path.is_dir() else ([], [])
        names += [str(path / name) for name in images] if path.is_dir() else [str(path)]
        others += [str(path / name) for name in rest]
    if others:
        print(f"note: {describe_left_out(others)}", file=sys.stderr)
    return names
