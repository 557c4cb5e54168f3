"""From files to batches: find the samples, split them, read them, describe them."""

import math
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from torch import Tensor
from torch.utils.data import Dataset
from tqdm import tqdm

from ..batch import Batch
from ..config import DataSettings
from .info import DataInfo
from .loader import InMemory, Loader, Streaming
from .prepare import Prepare
from .samples import Samples, read_pixels
from .source import load_samples
from .splits import split

MEMORY_LIMIT = 1_000_000_000  # bytes of images that `in_memory: auto` keeps
MEASURED = 2_000  # training images that the normalisation is computed from


class SplitLoader(Loader[Batch]):
    """Batches of images, and what is known of the data set."""

    info: DataInfo


class ImageDataset(Dataset[tuple[Tensor, Tensor]]):
    """Images as bytes of one shape, read and preprocessed when asked for."""

    def __init__(self, samples: Samples, settings: DataSettings) -> None:
        self.samples, self.settings = samples, settings

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return an image, uint8 [C, H, W], and its target."""
        image = read_pixels(self.samples.read, self.samples.names[index], self.settings)
        return image, self.samples.targets[index]


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
    classes = None if targets.is_floating_point() else targets.tolist()
    splits = split(samples.names, shares, settings.split_seed, classes, manifest, most)
    dataset = ImageDataset(samples, settings)
    source = open_source(dataset, [i for ids in splits for i in ids], device)
    info = info or describe(dataset, splits.train)
    train, val, test = (
        SplitLoader(source, torch.tensor(ids), batch_size, Prepare(info, device, names, seed), seed)
        for ids, names in zip(splits, (settings.augmentation, [], []), strict=True)
    )
    train.info = val.info = test.info = info
    train.shuffle = True
    #: if objective == "single_label"
    if settings.weighted_sampling:
        train.weights = 1 / torch.tensor(info.class_counts)[targets[splits.train]]
    #: endif
    return train, val, test


def open_source(
    dataset: ImageDataset, ids: Sequence[int], device: torch.device
) -> InMemory | Streaming:
    """Read all images into memory if they fit; otherwise read them as they come."""
    settings, targets = dataset.settings, dataset.samples.targets
    fits = len(ids) * math.prod(settings.input_shape) <= MEMORY_LIMIT
    if settings.in_memory == "no" or (settings.in_memory == "auto" and not fits):
        spare = min(8, (os.cpu_count() or 1) - 1)  # a core is for the loop
        workers = spare if settings.num_workers == "auto" else settings.num_workers
        return Streaming(dataset, device, workers)
    images = torch.empty(len(targets), *settings.input_shape, dtype=torch.uint8)
    with ThreadPoolExecutor() as pool:  # decoding leaves Python's lock
        read = pool.map(lambda i: dataset[i][0], ids)
        for i, image in zip(ids, tqdm(read, "reading", len(ids), disable=None), strict=True):
            images[i] = image
    return InMemory(images, targets, device)


def describe(dataset: ImageDataset, train: Sequence[int]) -> DataInfo:
    """Gather the facts; what the settings leave open comes from the training split."""
    settings, samples = dataset.settings, dataset.samples
    targets, names = samples.targets[train], samples.output_names
    mean, std = settings.normalization_mean, settings.normalization_std
    if mean is None or std is None:
        some = train[:: -(-len(train) // MEASURED)]
        pixels = torch.stack([dataset[i][0] for i in some]).float() / 255
        mean = mean or pixels.mean((0, 2, 3)).tolist()
        std = std or pixels.std((0, 2, 3)).clamp(min=1e-3).tolist()
    #: if task == "classification"
    classes = torch.arange(len(names))
    labels = targets if targets.is_floating_point() else targets[:, None] == classes  # [N, K]
    #: endif
    return DataInfo(
        input_shape=settings.input_shape,
        output_names=names,
        normalization_mean=mean,
        normalization_std=std,
        #: if task == "classification"
        num_train=len(train),
        class_counts=labels.sum(0).long().tolist(),
        #: endif
        #: if task == "regression"
        target_mean=targets.mean(0).tolist(),
        target_std=targets.std(0).clamp(min=1e-6).tolist(),
        #: endif
    )
