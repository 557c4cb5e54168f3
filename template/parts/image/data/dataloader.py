"""From files to batches: find the samples, split them, read them, describe them."""

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
from .preprocess import preprocess
from .samples import Samples
from .source import load_samples
from .splits import count_labels, split

MEMORY_LIMIT = 1_000_000_000  # bytes of images that `in_memory: auto` keeps
MEASURED = 2_000  # training images that the normalisation is computed from


class SplitLoader(Loader[Batch]):
    """Batches of images, and what is known of the data set."""

    info: DataInfo


class ImageDataset(Dataset[tuple[Tensor, Tensor]]):
    """Images as bytes of one shape, read and preprocessed when asked for."""

    def __init__(self, samples: Samples, settings: DataSettings) -> None:
        self.samples = samples
        self.steps, self.shape = settings.preprocessing, settings.input_shape

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        """Return an image, uint8 [C, H, W], and its target."""
        image = preprocess(self.samples.images[index], self.steps, self.shape)
        return image, self.samples.targets[index]


def get_dataloaders(
    settings: DataSettings,
    *,
    batch_size: int,
    seed: int,
    device: torch.device,
    manifest: Path | None = None,
    info: DataInfo | None = None,
    #: if objective == "single_label"
    weighted_sampling: bool = False,
    #: endif
) -> tuple[SplitLoader, SplitLoader, SplitLoader]:
    """Return the loaders of the training, validation and test split.

    Args:
        settings: The section `data` of the configuration.
        batch_size: Samples in a batch.
        seed: Fixes the order of samples and the augmentation.
        device: Where the batches are wanted.
        manifest: File that keeps the division; see `splits.split`.
        info: Facts of the data set from a checkpoint; None computes them.
        #: if objective == "single_label"
        weighted_sampling: Draw every class equally often while training.
        #: endif
    """
    samples = load_samples(settings)
    shares, targets = settings.train_val_test_split, samples.targets
    classes = None if targets.is_floating_point() else targets.tolist()
    splits = split(
        samples.names, shares, settings.split_seed, classes, manifest, settings.max_samples
    )
    dataset = ImageDataset(samples, settings)
    source = open_source(dataset, [i for ids in splits for i in ids], settings, device)
    info = info or describe(samples, dataset, splits.train, settings)
    loaders = []
    for ids, names in zip(splits, (settings.augmentation, [], []), strict=True):
        prepare = Prepare(info, device, names, seed)
        loaders.append(SplitLoader(source, ids, batch_size, prepare, seed))
        loaders[-1].info = info
    train, val, test = loaders
    train.shuffle = True
    #: if objective == "single_label"
    if weighted_sampling:
        train.weights = 1 / torch.tensor(info.class_counts)[targets[splits.train]]
    #: endif
    return train, val, test


def open_source(
    dataset: ImageDataset, ids: Sequence[int], settings: DataSettings, device: torch.device
) -> InMemory | Streaming:
    """Read all images into memory if they fit; otherwise read them as they come."""
    size = len(ids) * torch.Size(settings.input_shape).numel()
    if settings.in_memory == "no" or (settings.in_memory == "auto" and size > MEMORY_LIMIT):
        spare = min(8, (os.cpu_count() or 1) - 1)  # a core is for the loop
        workers = spare if settings.num_workers == "auto" else settings.num_workers
        return Streaming(dataset, device, workers)
    targets = dataset.samples.targets
    images = torch.empty(len(targets), *settings.input_shape, dtype=torch.uint8)
    with ThreadPoolExecutor() as pool:  # decoding leaves Python's lock
        read = pool.map(lambda i: dataset[i][0], ids)
        for i, image in zip(ids, tqdm(read, "reading", len(ids), disable=None), strict=True):
            images[i] = image
    return InMemory(images, targets, device)


def describe(
    samples: Samples, dataset: ImageDataset, train: Sequence[int], settings: DataSettings
) -> DataInfo:
    """Gather the facts; what the settings leave open comes from the training split."""
    targets, names = samples.targets[train], samples.output_names
    mean, std = settings.normalization_mean, settings.normalization_std
    if mean is None or std is None:
        some = train[:: -(-len(train) // MEASURED)]
        pixels = torch.stack([dataset[i][0] for i in some]).float() / 255
        mean = mean or pixels.mean((0, 2, 3)).tolist()
        std = std or pixels.std((0, 2, 3)).clamp(min=1e-3).tolist()
    return DataInfo(
        input_shape=settings.input_shape,
        output_names=names,
        normalization_mean=mean,
        normalization_std=std,
        #: if task == "classification"
        num_train=len(train),
        class_counts=count_labels(targets, len(names)),
        #: endif
        #: if task == "regression"
        target_mean=targets.mean(0).tolist(),
        target_std=targets.std(0).clamp(min=1e-6).tolist(),
        #: endif
    )
