"""Settings of the multi-layer perceptron in `model.py`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ModelSettings:
    """The shape of the network."""

    num_layers: int = 2  # hidden layers
    hidden_dim: int = 64  # width of each hidden layer
    dropout: float = 0.1  # share of the features that are dropped while training
    activation: Literal["relu", "gelu", "silu", "tanh"] = "relu"  # after each layer

    def __post_init__(self) -> None:
        """Refuse sizes and shares that are none."""
        for name in ("num_layers", "hidden_dim"):
            if getattr(self, name) < 1:
                raise ValueError(f"model.{name} must be at least 1")
        if not 0 <= self.dropout < 1:
            raise ValueError("model.dropout must be from 0 up to, not including, 1")
