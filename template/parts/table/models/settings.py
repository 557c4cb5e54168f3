"""Settings of the model."""

from dataclasses import dataclass
from typing import Literal

from ..settings import require


@dataclass(frozen=True)
class ModelSettings:
    """Size and kind of the network."""

    num_layers: int = 2
    """Hidden layers."""
    hidden_dim: int = 64
    """Width of each hidden layer."""
    dropout: float = 0.1
    """Share of each hidden layer that is left out in training, from 0 to below 1."""
    activation: Literal["relu", "gelu", "silu", "tanh"] = "relu"
    """Nonlinearity after each hidden layer."""

    def __post_init__(self) -> None:
        """Refuse sizes that no network has."""
        for name in ("num_layers", "hidden_dim"):
            require(getattr(self, name) > 0, f"model.{name}", "must be above 0")
        require(0 <= self.dropout < 1, "model.dropout", "must be from 0 to below 1")
