"""The model: YOLOS (Fang et al., 2021), as transformers builds it.

Shapes: C channels, H x W pixels.
"""

from collections.abc import Sequence
from typing import Any

from torch import nn
from transformers import YolosConfig, YolosForObjectDetection

from ..engine.errors import UserError
from .published import change, find_config, load_weights, refuse
from .queries import QueryDetector, losses

SMALL = {"hidden_size": 384, "intermediate_size": 1536, "num_attention_heads": 6}
PUBLISHED: dict[str, dict[str, Any]] = {
    "hustvl/yolos-tiny": {
        "hidden_size": 192,
        "intermediate_size": 768,
        "num_attention_heads": 3,
        "image_size": [800, 1333],
        "use_mid_position_embeddings": False,
    },
    "hustvl/yolos-small": SMALL,
    "hustvl/yolos-small-300": SMALL,
    "hustvl/yolos-small-dwr": {
        "hidden_size": 330,
        "intermediate_size": 1320,
        "num_attention_heads": 6,
        "num_hidden_layers": 14,
    },
    "hustvl/yolos-base": {"image_size": [800, 1344]},
}
HEADS = ("class_labels_classifier",)


def build_model(
    input_shape: Sequence[int],
    num_outputs: int,
    *,
    backbone: str | None = None,
    pretrained: bool = False,
    weights_path: str | None = None,
    **settings: Any,
) -> QueryDetector:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings.

    Raises:
        UserError: the settings do not go together, or weights are missing.
    """
    size = list(input_shape[1:])

    def make_config(channels: int) -> Any:
        return configure(num_outputs, backbone, size, channels, **settings)

    config = make_config(input_shape[0])
    if any(side % config.patch_size for side in size):
        sizes = f"{size} has to be of multiples of {config.patch_size}, the side of a patch"
        raise UserError(f"data.input_shape: {sizes}")
    network = YolosForObjectDetection(config)
    for name, weight in network.named_parameters():  # all but equal, it would learn slowly
        if "token" in name or "position" in name:
            nn.init.trunc_normal_(weight, std=0.02)
        elif name.startswith(("class_labels_classifier", "bbox_predictor")) and weight.ndim > 1:
            nn.init.xavier_uniform_(weight)
    if pretrained:
        load_weights(network, make_config, backbone, weights_path, HEADS)
    return QueryDetector(network, "vit", losses).train()


def configure(
    num_outputs: int,
    backbone: str | None,
    size: list[int],
    channels: int,
    *,
    hidden_dim: int | None = None,
    num_layers: int | None = None,
    num_queries: int | None = None,
    patch_size: int | None = None,
    dropout: float | None = None,
    activation: str | None = None,
) -> Any:
    """Return the library's configuration of the network, for images of `size` if it is small."""
    if backbone:
        refuse(backbone, hidden_dim=hidden_dim, num_layers=num_layers, activation=activation)
        refuse(backbone, num_queries=num_queries, patch_size=patch_size)
        config = find_config(YolosConfig, backbone, PUBLISHED)
    else:
        width = hidden_dim or 128
        config = YolosConfig(
            hidden_size=width,
            intermediate_size=4 * width,
            num_attention_heads=max(1, width // 32),
            num_hidden_layers=num_layers or 6,
            num_detection_tokens=num_queries or 50,
            patch_size=patch_size or 8,
            image_size=size,  # others would be interpolated
            use_mid_position_embeddings=False,
            hidden_act=activation or "gelu",
        )
    change(config, num_labels=num_outputs, num_channels=channels)
    change(config, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout)
    return config
