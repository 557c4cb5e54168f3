"""A published encoder under the decoder of a library: SegFormer (Xie et al., 2021)."""

from collections.abc import Sequence
from typing import Any

import segmentation_models_pytorch as smp

from .segmentation_model import SegmentationModel, assemble


def build_model(input_shape: Sequence[int], num_outputs: int, **settings: Any) -> SegmentationModel:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings.

    Raises:
        UserError: the encoder is unknown, does not take such images, or its weights are missing.
    """
    return assemble(smp.Segformer, input_shape, num_outputs, **settings)
