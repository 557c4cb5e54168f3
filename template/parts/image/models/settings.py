"""Settings of a model that a library builds."""

from dataclasses import dataclass


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
        """Refuse shares that are none."""
        if not 0 <= self.dropout < 1:
            raise ValueError("model.dropout must be from 0 up to, not including, 1")
