"""From bytes to what the model sees: augmented and normalized, a batch at a time.

Images move with what there is to be found in them. data/moves/ has functions
`(draws, size) -> maps`: all that are chosen become one map a sample (see `geometry.py`).
data/augmentations/ has functions `(images, draws) -> images`, from 0 to 1, that leave
everything in its place.
"""

import torch

from ..batch import Batch
from ..engine.data.draws import Draws
from ..engine.errors import UserError
from .geometry import Motion, chain, identity_maps
from .info import DataInfo
from .moving import move
from .registry import functions_in

FLIPS = {"horizontal_flip", "vertical_flip"}


class Prepare:
    """Works on the device; every draw depends on (seed, epoch, sample) and on nothing else."""

    def __init__(self, info: DataInfo, device: torch.device, names: list[str], seed: int) -> None:
        """Find the augmentations: moves come first, each kind in its order.

        Raises:
            UserError: this project has no augmentation of such a name.
        """
        self.seed = seed
        moves, augmentations = functions_in("moves"), functions_in("augmentations")
        found = [*moves, *augmentations]
        #: if mixes
        mixes = functions_in("mixing")  # `(batch, draws) -> batch`, before anything moves
        self.mixes = [mixes[name] for name in names if name in mixes]
        found += mixes
        #: endif
        if unknown := [name for name in names if name not in found]:
            raise UserError(f"data.augmentation: this project has no {unknown}, but {found}")
        self.moves = [moves[name] for name in names if name in moves]
        self.only_flips = {*names} & {*moves} <= FLIPS
        self.augmentations = [augmentations[name] for name in names if name in augmentations]
        scale = torch.tensor([info.normalization_mean, info.normalization_std], device=device)
        self.top = 1 if self.augmentations else 255  # the brightest value when they are normalized
        self.mean, self.std = scale[..., None, None] * self.top  # two of [C, 1, 1]

    def __call__(self, batch: Batch, epoch: int) -> Batch:
        """Turn images of bytes [B, C, H, W] into those that the model sees; targets move along."""
        draws = Draws(self.seed, epoch, batch.ids)
        #: if mixes
        for mix in self.mixes:
            batch = mix(batch, draws)
        #: endif
        if self.moves:
            batch = self.move(batch, draws)
        images = batch.inputs.float()
        if self.augmentations:
            images = images.div_(255)
        for augment in self.augmentations:
            images = augment(images, draws)
        return batch.prepared(images.sub_(self.mean).div_(self.std), draws)

    def move(self, batch: Batch, draws: Draws) -> Batch:
        """Move images and targets by all moves at once: pixels are sampled one time."""
        height, width = batch.inputs.shape[-2:]
        maps = identity_maps(draws)
        for draw_maps in self.moves:
            maps = chain(maps, draw_maps(draws, (height, width)))
        motion = Motion(maps, (height, width), self.only_flips)
        return move(batch._replace(inputs=motion.move_images(batch.inputs)), motion)
