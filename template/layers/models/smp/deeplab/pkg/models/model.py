"""A published encoder under the decoder of a library: DeepLabV3+ (Chen et al., 2018)."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import segmentation_models_pytorch as smp

from .segmentation_model import SegmentationModel, assemble


def build_model(input_shape: Sequence[int], num_outputs: int, **settings: Any) -> SegmentationModel:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings.

    Raises:
        UserError: the encoder is unknown, does not take such images, or its weights are missing.
    """
    make = partial(smp.DeepLabV3Plus, decoder_aspp_dropout=settings.get("dropout", 0.0))
    return assemble(make, input_shape, num_outputs, **settings)
