"""Settings of the multi-layer perceptron in `model.py`."""

from dataclasses import dataclass
from typing import Literal

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """The shape of the network."""

    num_layers: int = 2  # hidden layers
    hidden_dim: int = 64  # width of each hidden layer
    dropout: float = 0.1  # share of the features that are dropped while training
    activation: Literal["relu", "gelu", "silu", "tanh"] = "relu"  # after each layer

    def __post_init__(self) -> None:
        """Refuse sizes and shares that are none."""
        require(self, "model", ["num_layers", "hidden_dim"], lambda value: value > 0)
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)
