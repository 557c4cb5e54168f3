"""Settings of a model that a library builds: the section `model` of configs/config.yaml."""

from dataclasses import dataclass, replace

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """Which model, and where its weights start."""

    backbone: str = "resnet18"  # name of the backbone in its library
    pretrained: bool = False  # start from pretrained weights
    weights_path: str | None = None  # file of pretrained weights; null: the library's own
    #: if architecture in ("vit", "convnext")
    patch_size: int | None = None  # pixels along the side of a patch; null: the backbone's own
    #: endif
    dropout: float = 0.0  # dropout probability of the features that the head sees

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)
        if self.weights_path and not self.pretrained:
            raise ValueError("model.weights_path needs model.pretrained, or has to be null")


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights that come from a checkpoint."""
    return replace(settings, pretrained=False, weights_path=None)
