"""How images and all that is in them move: each sample by an affine map of its own.

Coordinates are those of boxes: continuous, from the left and the top edge, so that an image of W
pixels reaches from 0 to W and the centre of its first pixel is at 0.5. A map [3, 3] takes
(x, y, 1) before to (x, y, 1) after. B samples, C channels, H x W pixels.
"""

from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from ..engine.data.draws import Draws
from .sizing import FILL


def identity_maps(draws: Draws) -> Tensor:
    """Return maps float32 [B, 3, 3] that leave everything in place."""
    return torch.eye(3, device=draws.ids.device).repeat(len(draws.ids), 1, 1)


def chain(first: Tensor, second: Tensor) -> Tensor:
    """Return the maps [B, 3, 3] that move by `first` and then by `second`.

    Written out, since a GPU may multiply matrices with too few digits for pixels (TF32).
    """
    return (second[:, :, :, None] * first[:, None]).sum(2)


def determinants(maps: Tensor) -> Tensor:
    """Return how much larger areas become, [B]; below 0 where an image is mirrored."""
    return maps[:, 0, 0] * maps[:, 1, 1] - maps[:, 0, 1] * maps[:, 1, 0]


def invert(maps: Tensor) -> Tensor:
    """Return the first two rows of the maps back, [B, 2, 3]."""
    xx, xy, x, yx, yy, y = maps[:, :2].flatten(1).unbind(1)  # six of [B]
    rows = [yy, -xy, xy * y - yy * x, -yx, xx, yx * x - xx * y]
    return (torch.stack(rows, dim=1) / determinants(maps)[:, None]).view(-1, 2, 3)


@dataclass(frozen=True)
class Motion:
    """How the samples of one batch move."""

    maps: Tensor  # float32 [B, 3, 3]
    size: tuple[int, int]  # height and width of the images, before and after
    only_flips: bool  # whether all that the maps do is to flip: pixels are copied, not sampled

    @cached_property
    def grid(self) -> Tensor:
        """Where each pixel comes from, float32 [B, H, W, 2]: -1 to 1 across the image."""
        height, width = self.size
        x = torch.arange(width, device=self.maps.device) + 0.5  # [W]
        y = (torch.arange(height, device=self.maps.device) + 0.5)[:, None]  # [H, 1]
        back = invert(self.maps)
        back[:, 0] *= 2 / width
        back[:, 1] *= 2 / height
        of_x, of_y, shift = back[..., None, None].unbind(2)  # three of [B, 2, 1, 1]
        # In memory two planes, which are filled sooner than pairs.
        return (of_x * x + (of_y * y + (shift - 1))).permute(0, 2, 3, 1)

    def move_images(self, images: Tensor) -> Tensor:
        """Move images of bytes [B, C, H, W]; what comes in from outside is the letterbox's grey.

        Returns whole numbers from 0 to 255, bytes or float32. Since they are rounded, a map that
        puts pixels onto pixels, such as a flip or none at all, changes no value.
        """
        if self.only_flips:
            return self.flip(images)
        shifted = images.float().sub_(FILL)  # outside, `grid_sample` finds 0
        return F.grid_sample(shifted, self.grid, align_corners=False).add_(FILL).round_()

    def flip(self, pixels: Tensor) -> Tensor:
        """Flip [B, ..., H, W] to the left, upside down or both, as the maps say."""
        for axis in (0, 1):
            is_flipped = (self.maps[:, axis, axis] < 0).to(pixels.dtype)  # 0 or 1, [B]
            is_flipped = is_flipped.view(-1, *[1] * (pixels.ndim - 1))
            # As `torch.where`, which takes three times as long: bytes wrap around.
            pixels = pixels + (pixels.flip(-1 - axis) - pixels) * is_flipped
        return pixels
