"""What a model, a checkpoint and a prediction need to know of the data set."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class DataInfo:
    """Facts of the data set; statistics are those of the training split alone."""

    input_shape: list[int]  # tokens that there are, and most tokens of a text
    output_names: list[str]  # classes, labels or targets, as the model orders them
    schema: dict[str, Any]  # of `Schema`: tokenizers, columns, lengths
    targets: dict[str, Any]  # of `describe_targets`: what the task knows of its targets
    validation: dict[str, float] = field(default_factory=dict)  # metrics of a trained model
