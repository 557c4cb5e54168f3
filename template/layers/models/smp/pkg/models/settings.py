"""Settings of a model on a published encoder: the section `model` of configs/config.yaml."""

from dataclasses import dataclass, replace

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """Which encoder, and where its weights start."""

    backbone: str = "resnet34"  # encoder of segmentation_models_pytorch, or a model of timm
    pretrained: bool = False  # start from an encoder with pretrained weights
    weights_path: str | None = None  # file of weights of the encoder; null: the library's own
    dropout: float = 0.0  # dropout probability of whole channels in the decoder

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)
        if self.weights_path and not self.pretrained:
            raise ValueError("model.weights_path needs model.pretrained, or has to be null")


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights that come from a checkpoint."""
    return replace(settings, pretrained=False, weights_path=None)
