"""What the colour operations share, computed as torchvision does."""

import torch
from torch import Tensor


def blend(images: Tensor, plain: Tensor, factor: Tensor) -> Tensor:
    """Move from `plain`, at 0, to `images`, at 1, and as far again beyond, at 2."""
    return torch.lerp(plain, images, factor).clamp_(0, 1)


def grey(images: Tensor) -> Tensor:
    """Return [B, 1, H, W]: the luma of RGB (BT.601), the mean of other channels."""
    if images.shape[1] != 3:
        return images.mean(dim=1, keepdim=True)
    red, green, blue = images.chunk(3, dim=1)  # three of [B, 1, H, W]
    return 0.2989 * red + 0.587 * green + 0.114 * blue
