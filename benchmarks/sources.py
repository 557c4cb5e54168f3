"""Two ways to the same batches: sample by sample as documented, and gathered as tuned.

Both read the same data and give the same batches in the same order. A sample's shift and its
mirroring are drawn by each in its own way; without augmentation the two agree.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, TensorDataset

from .job import Job

PADDING = 1 / 8  # of each side, as in the generated project's random_crop


class Pair(NamedTuple):
    """A batch. B samples."""

    inputs: Tensor  # float32 [B, F] or [B, C, H, W]; int64 [B, T] of text
    targets: Tensor  # int64 [B]; [B, T] of text


def loss_of(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the mean loss [] of logits [B, K] or [B, T, K]; a target of -1 does not count."""
    return F.cross_entropy(logits.float().flatten(0, -2), targets.flatten(), ignore_index=-1)


class Gathered:
    """A pass over data that lies on the device: a batch is gathered and augmented whole.

    All loops that are tuned begin here, and keep freed memory as the project does.
    """

    def __init__(self, job: Job, channels_last: bool = False) -> None:
        inputs, targets = job.prepared.samples
        self.job, self.channels_last = job, channels_last
        job.project.keep_memory()  # what is known to help, whoever is tuned has too
        self.inputs, self.targets = inputs.to(job.device), targets.to(job.device)
        self.scale: tuple[Tensor, Tensor] | None = None
        if job.prepared.normalization is not None:
            mean, std = torch.tensor(job.prepared.normalization, device=job.device) * 255
            self.scale = mean[:, None, None], 1 / std[:, None, None]
        if job.augments:
            height, width = inputs.shape[2:]
            self.padding = int(PADDING * height), int(PADDING * width)
            pad_y, pad_x = self.padding
            padded = F.pad(self.inputs, (pad_x, pad_x, pad_y, pad_y))
            # Every window of every image, as a view: [N, C, 2 pad_y + 1, 2 pad_x + 1, H, W].
            self.windows = padded.unfold(2, height, 1).unfold(3, width, 1)
        self.chunks: list[Tensor] = []

    def start(self, epoch: int) -> None:
        """Make ready for a pass."""
        order = self.job.order(epoch)
        rows = self.job.prepared.rows_of(torch.cat(order)).to(self.job.device)
        self.chunks = list(rows.split([len(chunk) for chunk in order]))

    def __iter__(self) -> Iterator[Pair]:
        return (Pair(self.inputs_of(chunk), self.targets[chunk]) for chunk in self.chunks)

    def inputs_of(self, ids: Tensor) -> Tensor:
        """Return the samples [B] of these numbers, as the model sees them."""
        if self.scale is None:
            return self.inputs[ids]
        images = self.draw(ids) if self.job.augments else self.inputs[ids]
        mean, factor = self.scale
        inputs = images.float().sub_(mean).mul_(factor)
        return inputs.to(memory_format=torch.channels_last) if self.channels_last else inputs

    def draw(self, ids: Tensor) -> Tensor:
        """Return images that are shifted and mirrored at random, uint8 [B, C, H, W]."""
        pad_y, pad_x = self.padding
        count, device = len(ids), ids.device
        top = torch.randint(2 * pad_y + 1, (count,), device=device)
        left = torch.randint(2 * pad_x + 1, (count,), device=device)
        images = self.windows[ids, :, top, left]
        mirrored = torch.rand(count, 1, 1, 1, device=device) < 0.5
        return torch.where(mirrored, images.flip(-1), images)


class Order:
    """A batch sampler: lists of sample numbers, in the order of all contenders."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.chunks: list[list[int]] = []

    def start(self, epoch: int) -> None:
        """Make ready for a pass."""
        self.chunks = [chunk.tolist() for chunk in self.job.order(epoch)]

    def __len__(self) -> int:
        return self.job.steps

    def __iter__(self) -> Iterator[list[int]]:
        return iter(self.chunks)


def open_grey(path: str) -> Image.Image:
    """Read an image as ImageFolder does, but with one channel."""
    with open(path, "rb") as file:
        return Image.open(file).convert("L")


def documented(job: Job, workers: int) -> tuple[DataLoader[tuple[Tensor, Tensor]], Order]:
    """Return a DataLoader as tutorials make it, and the sampler that starts its passes."""
    order = Order(job)
    loader = DataLoader(
        dataset_of(job),
        batch_sampler=order,
        num_workers=workers,
        pin_memory=job.device.type == "cuda",
    )
    return loader, order


def dataset_of(job: Job) -> Dataset[Any]:
    """Return the data sample by sample: rows in memory, or files through transforms."""
    inputs, targets = (each.cpu() for each in job.prepared.samples)
    if job.prepared.normalization is None:
        return TensorDataset(inputs, targets)
    from torchvision.datasets import ImageFolder

    v2: Any = import_module("torchvision.transforms.v2")  # type checkers see no names in it
    height, width = inputs.shape[2:]
    steps: list[torch.nn.Module] = [v2.Resize((height, width)), v2.ToImage()]
    if job.augments:
        pad = int(PADDING * height), int(PADDING * width)
        steps += [v2.RandomCrop((height, width), padding=pad), v2.RandomHorizontalFlip()]
    mean, std = job.prepared.normalization
    steps += [v2.ToDtype(torch.float32, scale=True), v2.Normalize(mean, std)]
    return ImageFolder(str(job.project.data), v2.Compose(steps), loader=open_grey)
