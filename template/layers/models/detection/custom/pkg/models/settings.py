"""Settings of the small detector: the section `model` of configs/config.yaml."""

from dataclasses import dataclass
from typing import Literal

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """The shape of the network."""

    num_layers: int = 6  # convolutional blocks of the backbone, at 1/8, 1/16 and 1/32 of the size
    hidden_dim: int = 64  # channels of the feature maps
    dropout: float = 0.0  # dropout probability of the features that the last layers see
    activation: Literal["relu", "gelu", "silu", "tanh"] = "silu"  # after each layer
    max_detections: int = 100  # objects to find in an image, at most

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        positive = ["num_layers", "hidden_dim", "max_detections"]
        require(self, "model", positive, lambda value: value > 0)
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights from a checkpoint: it has no others."""
    return settings
