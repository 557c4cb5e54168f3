"""Mosaic: parts of four images around one point (Bochkovskiy et al., 2020)."""

import torch
from torch import Tensor

from ...batch import Batch
from ...engine.data.draws import Draws
from ..moving import cut

PROBABILITY = 0.5  # so that whole images are seen as well
CENTER = (0.25, 0.75)  # of each side


def mosaic(batch: Batch, draws: Draws) -> Batch:
    """Put a part of each image and of three others of its batch around a point that is drawn.

    M objects become 4 M, of which many are lost (see `cut`). Which images come together depends
    on the batch. So a run that is resumed makes the same mosaics, and so does a batch that is
    split to fit into memory, which happens later; another batch size makes others.

    Args:
        batch: B images of bytes [B, C, H, W] and their boxes [B, M, 4].
        draws: Of its samples.
    """
    height, width = batch.inputs.shape[-2:]
    uniform = draws.uniform("mosaic", 14)
    chance, x, y, others, across, down = uniform.split([1, 1, 1, 3, 4, 4], dim=1)
    x, y = (draw_center(u, chance, side) for u, side in ((x, width), (y, height)))  # [B, 1]
    zero, end_x, end_y = torch.zeros_like(x), torch.full_like(x, width), torch.full_like(y, height)
    # Of the parts at the top left, top right, bottom left and bottom right, each [B, 4]:
    left, right = torch.cat([zero, x, zero, x], 1), torch.cat([x, end_x, x, end_x], 1)
    top, bottom = torch.cat([zero, zero, y, y], 1), torch.cat([y, y, end_y, end_y], 1)
    # A part lies anywhere in its image, and is shifted from there by whole pixels.
    shift_x = left - (across * (width - (right - left) + 1)).floor()
    shift_y = top - (down * (height - (bottom - top) + 1)).floor()
    own = torch.arange(batch.size, device=x.device)[:, None]
    partners = (own + 1 + (others * (batch.size - 1)).long()) % batch.size
    sources = torch.cat([own, partners], dim=1)  # int64 [B, 4] places in the batch

    shifts = torch.stack([shift_x, shift_y], dim=2)  # [B, 4, 2]
    boxes = batch.boxes[sources] + shifts.repeat(1, 1, 2)[:, :, None]  # [B, 4, M, 4]
    limits = torch.stack([left, top, right, bottom], dim=2)[:, :, None].expand_as(boxes)
    mixed = batch._replace(
        inputs=put_together(batch.inputs, sources, shifts.long(), x, y),
        boxes=boxes.flatten(1, 2),
        labels=batch.labels[sources].flatten(1),
        ignored=batch.ignored[sources].flatten(1),
        areas=batch.areas[sources].flatten(1),
    )
    return cut(mixed, limits.flatten(1, 2))


def draw_center(uniform: Tensor, chance: Tensor, side: int) -> Tensor:
    """Return the pixel [B, 1] where parts meet; the end of the side where there is one alone."""
    center = ((CENTER[0] + (CENTER[1] - CENTER[0]) * uniform) * side).floor()
    return torch.where(chance < PROBABILITY, center, float(side))


def put_together(images: Tensor, sources: Tensor, shifts: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Return [B, C, H, W] of parts of `images` that meet at `x` and `y`, each [B, 1].

    Args:
        images: Bytes [B, C, H, W].
        sources: Which of them each part is of, int64 [B, 4].
        shifts: How many pixels each part goes to the right and down, int64 [B, 4, 2].
        x: Where the parts on the right begin.
        y: Where the parts at the bottom begin.
    """
    _, channels, height, width = images.shape
    plane = height * width
    # Where each part would begin in memory if it filled the whole image: four of [B, 1, 1].
    firsts = sources * channels * plane - shifts[..., 1] * width - shifts[..., 0]
    top_left, top_right, bottom_left, bottom_right = firsts[..., None, None].unbind(1)
    rows = torch.arange(height, device=x.device)[:, None]  # [H, 1]
    columns = torch.arange(width, device=x.device)  # [W]
    is_right, is_bottom = columns >= x[..., None], rows >= y[..., None]  # [B, 1, W], [B, H, 1]
    top = torch.where(is_right, top_right, top_left)
    bottom = torch.where(is_right, bottom_right, bottom_left)
    places = torch.where(is_bottom, bottom, top) + (rows * width + columns)  # [B, H, W]
    return torch.stack([images.take(places + i * plane) for i in range(channels)], dim=1)
