"""Settings of a detector of transformers: the section `model` of configs/config.yaml."""

from dataclasses import dataclass, replace
from typing import Literal

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """Which detector, and where its weights start.

    A published one has its own width, layers and activation, which are null then, and its own
    queries and dropout where those are. The other meanings of null are for a small detector.
    """

    backbone: str | None = None  # published detector, or a folder with one; null: a small one
    pretrained: bool = False  # start from pretrained weights
    weights_path: str | None = None  # folder that save_pretrained wrote; null: the hub's weights
    hidden_dim: int | None = None  # width of the transformer, a multiple of 32; null: 128
    num_layers: int | None = None  # layers of the transformer; null: 3, for YOLOS 6
    num_queries: int | None = None  # objects that are looked for in an image; null: 50
    #: if architecture == "yolos"
    patch_size: int | None = None  # pixels along the side of a patch; null: 8
    #: endif
    dropout: float | None = None  # dropout probability in the transformer; null: 0.0
    activation: Literal["relu", "gelu", "silu", "tanh"] | None = None  # null: the usual one

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        counts = ["hidden_dim", "num_layers", "num_queries", "patch_size"]
        require(self, "model", counts, lambda value: value > 0)
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)
        if self.hidden_dim and self.hidden_dim % 32:
            raise ValueError(f"model.hidden_dim has to be a multiple of 32, not {self.hidden_dim}")
        if self.weights_path and not self.pretrained:
            raise ValueError("model.weights_path needs model.pretrained, or has to be null")
        if self.pretrained and not self.backbone and not self.weights_path:
            raise ValueError("model.pretrained needs model.backbone: the name of a detector")


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights that come from a checkpoint."""
    return replace(settings, pretrained=False, weights_path=None)
