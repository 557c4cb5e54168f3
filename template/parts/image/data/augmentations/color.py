"""Brightness, contrast and saturation, as torchvision's `adjust_*` compute them.

Each takes a factor [B, 1, 1, 1]: 0 removes the quality, 1 keeps it, 2 doubles it.
"""

from torch import Tensor


def brightness(images: Tensor, factor: Tensor) -> Tensor:
    """Move [B, C, H, W] away from black."""
    return (factor * images).clamp(0, 1)


def contrast(images: Tensor, factor: Tensor) -> Tensor:
    """Move [B, C, H, W] away from each image's mean grey."""
    mean = grey(images).mean(dim=(1, 2, 3), keepdim=True)  # [B, 1, 1, 1]
    return (factor * images + (1 - factor) * mean).clamp(0, 1)


def saturation(images: Tensor, factor: Tensor) -> Tensor:
    """Move [B, 3, H, W] away from each pixel's grey; leave other channels alone."""
    if images.shape[1] != 3:
        return images
    return (factor * images + (1 - factor) * grey(images)).clamp(0, 1)


def grey(images: Tensor) -> Tensor:
    """Return [B, 1, H, W]: the luma of RGB (BT.601), the mean of other channels."""
    if images.shape[1] != 3:
        return images.mean(dim=1, keepdim=True)
    red, green, blue = images.chunk(3, dim=1)  # three of [B, 1, H, W]
    return 0.2989 * red + 0.587 * green + 0.114 * blue
