"""From files to batches: find the samples, split them, read them, describe them."""

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from .settings import DataSettings
from ..engine.errors import UserError
from .info import DataInfo
from ..engine.data.loader import InMemory, Loader, Source, check_outputs, split
from .transforms import Prepare
from ..engine.data.quarantine import Quarantine
from .samples import Samples, find_images
from .source import load_samples
from ..engine.data.streaming import Streaming

MEMORY_LIMIT = 1_000_000_000  # bytes of images that `in_memory: auto` keeps
SMALL = 50_000  # bytes of images that are decoded sooner than handed to a thread
MEASURED = 2_000  # training images that the normalisation is computed from
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
    """Return the loaders of the training, validation and test split.

    `manifest` keeps the division, unless each is to have the `whole`; `info` is a checkpoint's.
    """
    samples = load_samples(settings)
    targets, shares, most = samples.targets, settings.train_val_test_split, settings.max_samples
    splits = [torch.arange(len(targets))] * 3
    if not whole:
        splits = split(samples.names, shares, settings.split_seed, targets, manifest, most)
    after = torch.arange(len(targets))
    for ids in splits:
        after[ids] = ids.roll(-1)  # the next of the same split
    path, used = manifest and manifest.with_name("quarantine.csv"), torch.cat(splits).unique()
    quarantine = Quarantine(path, settings.max_unreadable, len(used))
    samples = replace(samples, after=after, quarantine=quarantine)
    source = open_source(samples, used, device)
    info = info or describe(samples, source, splits[0])
    check_outputs(settings, samples.output_names, info.output_names)
    train, val, test = (
        SplitLoader(source, ids, batch_size, Prepare(info, device, names, seed), seed, info)
        for ids, names in zip(splits, (settings.augmentation, [], []), strict=True)
    )
    train.shuffle = True
    #: if objective == "single_label"
    if settings.weighted_sampling:
        train.weights = 1 / torch.tensor(info.class_counts)[targets[train.ids]]
    #: endif
    return train, val, test


def open_source(samples: Samples, ids: Tensor, device: torch.device) -> Source:
    """Read all images into memory if they fit; otherwise read them as they come."""
    settings, size = samples.settings, math.prod(samples.settings.input_shape)
    #: if data_source == "image_csv"
    for line, reason in samples.broken.items():
        samples.quarantine.add(settings.dataset_path, f"line {line}", reason)
    #: endif
    fits = len(ids) * size <= MEMORY_LIMIT
    if settings.in_memory is False or (settings.in_memory == "auto" and not fits):
        spare = min(8, (os.cpu_count() or 1) - 1)  # a core is for the loop
        workers = spare if settings.num_workers == "auto" else settings.num_workers
        print(f"images are read as they are needed, by {workers} processes beside the loop")
        return Streaming(samples, device, workers, settings.worker_timeout)
    images = torch.empty(len(ids), *settings.input_shape, dtype=torch.uint8, device=device)
    numbers, places, small = ids.tolist(), torch.empty_like(ids), size < SMALL
    with ThreadPoolExecutor() as pool:  # decoding leaves Python's lock
        read = map(samples.read_good, numbers) if small else pool.map(samples.read_good, numbers)
        for row, one in enumerate(tqdm(read, "reading", len(ids), disable=None)):
            images[row], places[row] = one
    used = None if len(ids) == len(samples.names) else ids.to(device)
    source = InMemory(images, samples.targets[places].to(device), used)
    #: if "mixup" in augmentation or "cutmix" in augmentation
    source.most = 0  # samples are mixed within a batch
    #: endif
    return source


def describe(samples: Samples, source: Source, train: Tensor) -> DataInfo:
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
        #: if task == "classification"
        num_train=len(train),
        class_counts=SplitLoader.count_classes(samples.targets, train, names),
        #: endif
        #: if task == "regression"
        **SplitLoader.measure_targets(samples.targets[train]),
        #: endif
    )


def measure_pixels(batches: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """Return the mean and the deviation of each channel [C] of bytes [B, C, H, W], as shares."""
    sums = torch.zeros(3, 1, dtype=torch.int64)  # how many, of values, of their squares: exact
    for images in batches:
        pixels = images.cpu().transpose(0, 1).flatten(1).int()  # [C, B x H x W]
        sums = sums + torch.stack([(pixels**power).sum(1) for power in range(3)])
    count, total, squared = sums.double()  # each [C]
    variance = (squared - total.square() / count) / (count - 1).clamp(min=1)
    return total / count / 255, variance.clamp(min=0).sqrt() / 255


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[str, Tensor | UserError]]:
    """Yield every image by name: as the model sees it [C, H, W], or what is wrong with it."""
    found = [find_images(path, "**/*") if path.is_dir() else [path] for path in map(Path, paths)]
    names = [str(file) for files in found for file in files]
    samples = Samples(settings, Image.open, names, torch.zeros(len(names)), [])
    prepare = Prepare(info, torch.device("cpu"), [], 0)
    for i, name in enumerate(names):
        try:
            yield name, prepare(samples[[i]], 0).inputs[0]
        except UserError as error:
            yield name, error
