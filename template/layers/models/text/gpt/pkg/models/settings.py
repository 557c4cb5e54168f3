"""Settings of the GPT: the section `model` of configs/config.yaml."""

from dataclasses import dataclass
from typing import Literal

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """The shape of the network."""

    num_layers: int = 2  # layers of attention
    hidden_dim: int = 128  # width of a token, a multiple of 32
    dropout: float = 0.1  # dropout probability
    activation: Literal["relu", "gelu", "silu", "tanh"] = "gelu"  # inside each layer

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        require(self, "model", ["num_layers", "hidden_dim"], lambda value: value > 0)
        require(self, "model", ["hidden_dim"], lambda value: value % 32 == 0)
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights from a checkpoint: it has no others."""
    return settings
