"""Settings of a model that a library builds."""

from dataclasses import dataclass

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """Which model, and where its weights start."""

    backbone: str = "resnet18"  # name of the model in its library
    pretrained: bool = False  # start from weights that were trained on a large data set
    weights_path: str | None = None  # file of pretrained weights; null: the library's own
    #: if architecture in ("vit", "convnext")
    patch_size: int | None = None  # pixels along the side of a patch; null: the backbone's own
    #: endif
    dropout: float = 0.0  # share of the features that the head drops while training

    def __post_init__(self) -> None:
        """Refuse a share that is none."""
        require(self, "model", ["dropout"], lambda value: 0 <= value < 1)
        if self.weights_path and not self.pretrained:
            raise ValueError("model.weights_path needs model.pretrained, or has to be null")
