"""What a model, a checkpoint and a prediction need to know of the data set."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class DataInfo:
    """Facts of the data set; statistics are those of the training split alone."""

    input_shape: list[int]  # channels, height, width
    output_names: list[str]  # classes, labels or targets, as the model orders them
    normalization_mean: list[float]  # of each channel, from 0 to 1
    normalization_std: list[float]
    targets: dict[str, Any]  # of `describe_targets`: what the task knows of its targets
    schema: dict[str, Any]  # of `Schema`: scale of the pixels, colours, how images are sized
    validation: dict[str, float] = field(default_factory=dict)  # metrics of a trained model
