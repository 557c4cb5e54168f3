"""A published encoder under the decoder of a library: U-Net (Ronneberger et al., 2015)."""

from collections.abc import Sequence
from typing import Any

import segmentation_models_pytorch as smp

from .segmentation_model import SegmentationModel, assemble


def build_model(input_shape: Sequence[int], num_outputs: int, **settings: Any) -> SegmentationModel:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings.

    Raises:
        UserError: the encoder is unknown, does not take such images, or its weights are missing.
    """
    return assemble(smp.Unet, input_shape, num_outputs, **settings)
