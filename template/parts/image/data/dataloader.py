"""From files to batches: find the samples, split them, read them, describe them."""

import math
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from tqdm import tqdm

from ..config import DataSettings
from ..errors import UserError
from .info import DataInfo
from .loader import InMemory, Loader, Source, split
from .prepare import Prepare
from .quarantine import Quarantine
from .samples import Samples, find_images
from .source import load_samples
from .streaming import Streaming

MEMORY_LIMIT = 1_000_000_000  # bytes of images that `in_memory: auto` keeps
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
) -> tuple[SplitLoader, SplitLoader, SplitLoader]:
    """Return the loaders of the training, validation and test split.

    The file `manifest` keeps the division; `info` is what a checkpoint knows of the data.
    """
    samples = load_samples(settings)
    targets, shares, most = samples.targets, settings.train_val_test_split, settings.max_samples
    splits = split(samples.names, shares, settings.split_seed, targets, manifest, most)
    after = torch.arange(len(targets))
    for ids in splits:
        after[ids] = ids.roll(-1)  # the next of the same split
    path = manifest.with_name("quarantine.csv") if manifest else None
    quarantine = Quarantine(path, settings.max_unreadable, len(targets))
    samples = replace(samples, after=after, quarantine=quarantine)
    source = open_source(samples, torch.cat(splits).tolist(), device)
    info = info or describe(samples, source, splits[0])
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


def open_source(samples: Samples, ids: list[int], device: torch.device) -> Source:
    """Read all images into memory if they fit; otherwise read them as they come."""
    settings, count = samples.settings, len(samples.names)
    fits = len(ids) * math.prod(settings.input_shape) <= MEMORY_LIMIT
    if settings.in_memory is False or (settings.in_memory == "auto" and not fits):
        spare = min(8, (os.cpu_count() or 1) - 1)  # a core is for the loop
        workers = spare if settings.num_workers == "auto" else settings.num_workers
        print(f"images are read as they are needed, by {workers} processes beside the loop")
        return Streaming(samples, device, workers, settings.worker_timeout)
    images = torch.empty(count, *settings.input_shape, dtype=torch.uint8, device=device)
    with ThreadPoolExecutor() as pool:  # decoding leaves Python's lock
        read, places = pool.map(samples.read_good, ids), torch.arange(count)
        for i, one in zip(ids, tqdm(read, "reading", len(ids), disable=None), strict=True):
            images[i], places[i] = one
    return InMemory(images, samples.targets[places].to(device))


def describe(samples: Samples, source: Source, train: Tensor) -> DataInfo:
    """Gather the facts; what the settings leave open comes from the training split."""
    settings, targets, names = samples.settings, samples.targets[train], samples.output_names
    mean, std = settings.normalization_mean, settings.normalization_std
    if mean is None or std is None:
        some = list(train[:: -(-len(train) // MEASURED)].split(64))
        pixels = torch.cat([batch.inputs.cpu() for batch in source.read(some)]) / 255
        mean = mean or pixels.mean((0, 2, 3)).tolist()
        std = std or pixels.std((0, 2, 3)).clamp(min=1e-3).tolist()
    #: if task == "classification"
    classes = targets.long().clamp(0, len(names) - 1)  # what is no class is refused later
    counts = targets.sum(0) if targets.ndim > 1 else classes.bincount(minlength=len(names))
    #: endif
    return DataInfo(
        input_shape=settings.input_shape,
        output_names=names,
        normalization_mean=mean,
        normalization_std=std,
        #: if task == "classification"
        num_train=len(train),
        class_counts=counts.long().tolist(),
        #: endif
        #: if task == "regression"
        target_mean=targets.mean(0).tolist(),
        target_std=targets.std(0).clamp(min=1e-6).tolist(),
        #: endif
    )


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
