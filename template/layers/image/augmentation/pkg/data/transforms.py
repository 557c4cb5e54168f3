"""From bytes to what the model sees: augmented and normalized, a batch at a time."""

from functools import partial
from itertools import takewhile

import torch

from ..batch import Batch
from ..engine.data.draws import Draws
from ..engine.errors import UserError
from .info import DataInfo
from .registry import functions_in
from .sizing import CHOOSING, crop_middle

ON_BYTES = ("random_crop", "horizontal_flip", "vertical_flip")  # which only move pixels


class Prepare:
    """Works on the device; every draw depends on (seed, epoch, sample) and on nothing else."""

    def __init__(self, info: DataInfo, device: torch.device, names: list[str], seed: int) -> None:
        """Find the augmentations, in their order.

        Raises:
            UserError: this project has no augmentation of such a name.
        """
        self.seed, known = seed, functions_in("augmentations")
        found = [*known]
        chosen = [name for name in names if name in known]
        on_bytes = list(takewhile(ON_BYTES.__contains__, chosen))  # need no floats yet
        self.on_bytes = [known[name] for name in on_bytes]
        self.on_floats = [known[name] for name in chosen[len(on_bytes) :]]
        #: if mixes
        mixes = functions_in("mixing")
        self.mixes = [mixes[name] for name in names if name in mixes]
        self.num_outputs, found = len(info.output_names), [*found, *mixes]
        #: endif
        if unknown := [name for name in names if name not in found]:
            raise UserError(f"data.augmentation: this project has no {unknown}, but {found}")
        self.size, self.chooses = info.input_shape[1:], CHOOSING & {*chosen}
        for name in self.chooses:  # a part of what is kept, of the size that the model sees
            place = self.on_floats.index(known[name])
            self.on_floats[place] = partial(known[name], size=self.size)
        scale = torch.tensor([info.normalization_mean, info.normalization_std], device=device)
        self.top = 1 if {*chosen} - {*ON_BYTES, *CHOOSING} else 255  # the brightest value by then
        self.mean, self.std = scale[..., None, None] * self.top  # two of [C, 1, 1]

    def __call__(self, batch: Batch, epoch: int) -> Batch:
        """Turn images of bytes [B, C, Hk, Wk] into those that the model sees, [B, C, H, W]."""
        images, targets = batch.inputs, batch.targets
        if not self.chooses:
            images = crop_middle(images, self.size)
        draws = Draws(self.seed, epoch, batch.ids)
        for augment in self.on_bytes:
            images = augment(images, draws)
        images = images.float().div_(255) if self.top == 1 else images.float()
        for augment in self.on_floats:
            images = augment(images, draws)
        #: if mixes
        if self.mixes and not targets.is_floating_point():  # classes become probabilities [B, K]
            targets = torch.nn.functional.one_hot(targets, self.num_outputs).float()
        for mix in self.mixes:
            images, targets = mix(images, targets, draws)
        #: endif
        return Batch(images.sub_(self.mean).div_(self.std), targets, batch.ids)
