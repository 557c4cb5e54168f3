"""From bytes to what the model sees: augmented and normalised, a batch at a time."""

from itertools import takewhile

import torch

from ..batch import Batch
from ..engine.errors import UserError
from . import augmentations
from ..engine.data.draws import Draws
from .info import DataInfo

BYTES = ("random_crop", "horizontal_flip", "vertical_flip")  # which only move pixels


class Prepare:
    """Works on the device; every draw depends on (seed, epoch, sample) and on nothing else."""

    def __init__(self, info: DataInfo, device: torch.device, names: list[str], seed: int) -> None:
        known, self.seed, unknown = augmentations.IMAGES, seed, {*names} - {*augmentations.IMAGES}
        chosen = [name for name in names if name in known]
        first = list(takewhile(BYTES.__contains__, chosen))  # those need no numbers with a point
        self.first = [known[name] for name in first]
        self.then = [known[name] for name in chosen[len(first) :]]
        #: if "mixup" in augmentation or "cutmix" in augmentation
        mixes = augmentations.MIXES
        self.mix = [mixes[name] for name in names if name in mixes]
        self.num_outputs, unknown = len(info.output_names), unknown - {*mixes}
        #: endif
        if unknown:
            raise UserError(f"data.augmentation: this project has no {sorted(unknown)}")
        scale = torch.tensor([info.normalization_mean, info.normalization_std], device=device)
        self.mean, self.std = scale[..., None, None] * (1 if self.then else 255)  # two of [C, 1, 1]

    def __call__(self, batch: Batch, epoch: int) -> Batch:
        """Turn images of bytes [B, C, H, W] into those that the model sees."""
        images, targets = batch.inputs, batch.targets
        draws = Draws(self.seed, epoch, batch.ids)
        for augment in self.first:
            images = augment(images, draws)
        images = images.float().div_(255) if self.then else images.float()
        for augment in self.then:
            images = augment(images, draws)
        #: if "mixup" in augmentation or "cutmix" in augmentation
        if self.mix and not targets.is_floating_point():  # shares [B, K] can be mixed
            targets = torch.nn.functional.one_hot(targets, self.num_outputs).float()
        for mix in self.mix:
            images, targets = mix(images, targets, draws)
        #: endif
        return Batch(images.sub_(self.mean).div_(self.std), targets, batch.ids)
