"""Settings of the U-Net: the section `model` of configs/config.yaml."""

from dataclasses import dataclass
from typing import Literal

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """The shape of the network."""

    num_layers: int = 4  # times that height and width are halved, and doubled again
    hidden_dim: int = 256  # channels at the coarsest level; half at each finer one, 16 at least
    dropout: float = 0.0  # dropout probability of whole channels at the coarsest level
    activation: Literal["relu", "gelu", "silu", "tanh"] = "relu"  # after each layer

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        require(self, "model", ["num_layers", "hidden_dim"], lambda value: value > 0)
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights from a checkpoint: it has no others."""
    return settings
