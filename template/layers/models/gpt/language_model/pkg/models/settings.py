"""Settings of the language model: the section `model` of configs/config.yaml."""

from dataclasses import dataclass
from typing import Literal

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """The shape of the network; `data.max_length` is the most tokens that it sees at once."""

    num_layers: int = 4  # blocks of attention and MLP
    hidden_dim: int = 128  # width of a token; the MLP is four times as wide
    num_heads: int = 4  # attention heads, which share the width
    dropout: float = 0.1  # dropout probability
    activation: Literal["relu", "gelu", "silu", "tanh"] = "gelu"  # inside the MLP
    positions: Literal["rope", "learned"] = "rope"  # rotary embeddings, or a vector for each

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        sizes = ["num_layers", "hidden_dim", "num_heads"]
        require(self, "model", sizes, lambda value: value > 0)
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)
        if self.hidden_dim % (2 * self.num_heads):
            each = f"model.num_heads {self.num_heads}: each needs an even number of channels"
            raise ValueError(f"model.hidden_dim {self.hidden_dim} does not suit {each}")


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights from a checkpoint: it has no others."""
    return settings
