"""Settings of a model of transformers: the section `model` of configs/config.yaml."""

from dataclasses import dataclass, replace
from typing import Literal

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """Which network, and where its weights start.

    A published one has its own width, layers and activation, which are null then. The other
    meanings of null are for a small one, which is trained from scratch.
    """

    backbone: str | None = None  # name at the hub, or a folder with a model; null: a small one
    pretrained: bool = False  # start from the weights that `backbone` names
    weights_path: str | None = None  # folder that save_pretrained wrote; null: where backbone is
    hidden_dim: int | None = None  # width, a multiple of 32; null: 128
    num_layers: int | None = None  # layers of the transformer; null: 2
    dropout: float | None = None  # dropout probability; null: the network's own, or 0.1
    activation: Literal["relu", "gelu", "silu", "tanh"] | None = None  # null: the usual one
    gradient_checkpointing: bool = False  # compute layers twice, to keep less in memory
    #: if lora
    lora_rank: int = 0  # rank of the updates that are trained in the place of weights; 0: none
    #: endif

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        require(self, "model", ["hidden_dim", "num_layers"], lambda value: value > 0)
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)
        #: if lora
        require(self, "model", ["lora_rank"], lambda value: value >= 0)
        #: endif
        if self.hidden_dim and self.hidden_dim % 32:
            raise ValueError(f"model.hidden_dim has to be a multiple of 32, not {self.hidden_dim}")
        if self.weights_path and not self.pretrained:
            raise ValueError("model.weights_path needs model.pretrained, or has to be null")
        if self.pretrained and not self.backbone:
            raise ValueError("model.pretrained needs model.backbone: a name, or a folder")


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights that come from a checkpoint."""
    return replace(settings, pretrained=False, weights_path=None)
