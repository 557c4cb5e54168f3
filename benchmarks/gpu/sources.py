"""Batches for the loop by hand on photographs: in memory, or read by worker processes."""

import math
import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader

from ..job import Job
from ..sources import Order, Pair

AREA, ASPECT = (0.08, 1.0), (3 / 4, 4 / 3)  # of the boxes, as in the project


class Crops:
    """Random boxes enlarged, mirrored at random and normalized, a batch at a time."""

    def __init__(self, job: Job) -> None:
        assert job.prepared.normalization is not None
        mean, std = torch.tensor(job.prepared.normalization, device=job.device)
        self.mean, self.factor = (255 * mean)[:, None, None], 1 / (255 * std)[:, None, None]
        self.shape = list(job.prepared.train.info.input_shape)

    def __call__(self, images: Tensor) -> Tensor:
        """Turn bytes [B, C, H, W] into what the model sees, channels last."""
        count, device = len(images), images.device
        area, aspect, down, across, mirror = torch.rand(5, count, device=device)  # five of [B]
        area = AREA[0] + (AREA[1] - AREA[0]) * area
        aspect = torch.exp(math.log(ASPECT[0]) + math.log(ASPECT[1] / ASPECT[0]) * aspect)
        height, width = (area / aspect).sqrt().clamp(max=1), (area * aspect).sqrt().clamp(max=1)
        zero, signed = torch.zeros_like(width), torch.where(mirror < 0.5, -width, width)
        # In -1 to 1 the middle of a box lies up to 1 - its side away from that of the image.
        x, y = (1 - width) * (2 * across - 1), (1 - height) * (2 * down - 1)
        affine = torch.stack([signed, zero, x, zero, height, y], dim=1).view(-1, 2, 3)
        grid = F.affine_grid(affine, [count, *self.shape], align_corners=False)
        images = images.contiguous(memory_format=torch.channels_last).float()
        images = F.grid_sample(images, grid, padding_mode="border", align_corners=False)
        return images.sub_(self.mean).mul_(self.factor)


class Memory:
    """Photographs that lie on the device as bytes, gathered by number."""

    def __init__(self, job: Job) -> None:
        self.job, self.crops = job, Crops(job)
        self.inputs, self.targets = (x.to(job.device) for x in job.prepared.samples)
        self.chunks: list[Tensor] = []

    def start(self, epoch: int) -> None:
        """Make ready for a pass."""
        order = self.job.order(epoch)
        rows = self.job.prepared.rows_of(torch.cat(order)).to(self.job.device)
        self.chunks = list(rows.split([len(chunk) for chunk in order]))

    def __iter__(self) -> Iterator[Pair]:
        return (Pair(self.crops(self.inputs[ids]), self.targets[ids]) for ids in self.chunks)


class Workers:
    """Photographs that worker processes read, shrink and put into batches of bytes."""

    def __init__(self, job: Job) -> None:
        from torchvision.datasets import ImageFolder

        self.job, self.crops, self.order = job, Crops(job), Order(job)
        v2: Any = import_module("torchvision.transforms.v2")  # type checkers see no names in it
        kept: list[int] = list(job.prepared.train.info.schema["kept_shape"][1:])  # with a margin
        steps = v2.Compose([v2.Resize(min(kept)), v2.CenterCrop(kept), v2.PILToTensor()])
        files = ImageFolder(str(job.project.data), steps)
        workers = max(1, len(os.sched_getaffinity(0)) - 1)  # a core is for the loop
        self.loader = DataLoader(
            files,
            batch_sampler=self.order,
            num_workers=workers,
            pin_memory=job.device.type == "cuda",
            persistent_workers=True,
            prefetch_factor=4,
        )

    def start(self, epoch: int) -> None:
        """Make ready for a pass."""
        self.order.start(epoch)

    def __iter__(self) -> Iterator[Pair]:
        for images, targets in self.loader:
            moved = (x.to(self.job.device, non_blocking=True) for x in (images, targets))
            images, targets = moved
            yield Pair(self.crops(images), targets)
