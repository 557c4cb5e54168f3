"""Settings of a detector that torchvision builds: the section `model` of configs/config.yaml."""

from dataclasses import dataclass, replace

from ..engine.settings import require


@dataclass(frozen=True)
class ModelSettings:
    """Which detector, and where its weights start."""

    backbone: str = "resnet18"  # name of the backbone in its library, or of a torchvision detector
    pretrained: bool = False  # start from pretrained weights, of all that `backbone` names
    weights_path: str | None = None  # file of pretrained weights; null: the library's own
    freeze_batch_norm: bool | None = None  # keep the backbone's statistics; null: if pretrained
    #: if architecture in ("faster_rcnn", "mask_rcnn", "retinanet")
    anchor_sizes: list[float] | None = None  # pixels, finest level first; null: by input_shape
    #: endif
    max_detections: int = 100  # objects to find in an image, at most

    def __post_init__(self) -> None:
        """Refuse what no model can have."""
        require(self, "model", ["max_detections"], lambda value: value > 0)
        #: if architecture in ("faster_rcnn", "mask_rcnn", "retinanet")
        require(self, "model", ["anchor_sizes"], lambda sizes: sizes and min(sizes) > 0)
        #: endif
        if self.weights_path and not self.pretrained:
            raise ValueError("model.weights_path needs model.pretrained, or has to be null")


def without_weights(settings: ModelSettings) -> ModelSettings:
    """Return the settings of the same model for weights that come from a checkpoint."""
    frozen = settings.freeze_batch_norm
    if frozen is None and settings.pretrained:
        frozen = True
    return replace(settings, pretrained=False, weights_path=None, freeze_batch_norm=frozen)
