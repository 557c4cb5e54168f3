"""Random Gaussian blur, as SimCLR applies it (Chen et al., 2020)."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ...engine.data.draws import Draws

PROBABILITY = 0.5
SIGMA = (0.1, 2.0)  # pixels
RADIUS = 1 / 20  # of the shorter side, so that the kernel is a tenth of it


def gaussian_blur(images: Tensor, draws: Draws) -> Tensor:
    """Blur each image of [B, C, H, W] with `PROBABILITY`, by a `SIGMA` of its own."""
    chance, spread = draws.uniform("gaussian_blur", 2).unbind(1)  # two of [B]
    sigma = SIGMA[0] + (SIGMA[1] - SIGMA[0]) * spread
    blurred = blur(images, sigma)
    return torch.where(chance[:, None, None, None] < PROBABILITY, blurred, images)


def blur(images: Tensor, sigma: Tensor) -> Tensor:
    """Blur [B, C, H, W] by `sigma` [B], down and then across; mirror the edges."""
    batch, channels, height, width = images.shape
    side = min(height, width)
    radius = min(max(1, int(RADIUS * side)), side - 1)
    offsets = torch.arange(-radius, radius + 1, device=images.device)  # [S]
    kernels = torch.softmax(-0.5 * (offsets / sigma[:, None]) ** 2, dim=1)  # [B, S]
    kernels = kernels.repeat_interleave(channels, dim=0)[:, None, :, None]
    # One group an image and channel: a kernel for each, [B * C, 1, S, 1].
    planes = images.reshape(1, batch * channels, height, width)
    planes = F.pad(planes, (radius, radius, radius, radius), mode="reflect")
    planes = F.conv2d(planes, kernels, groups=batch * channels)
    planes = F.conv2d(planes, kernels.mT, groups=batch * channels)
    return planes.view(images.shape)
