"""The model: DETR (Carion et al., 2020), as transformers builds it.

Shapes: C channels, H x W pixels.
"""

from collections.abc import Sequence
from typing import Any

from torch import nn
from transformers import DetrConfig, DetrForObjectDetection

from .published import change, find_config, load_weights, refuse
from .queries import QueryDetector, losses

PUBLISHED: dict[str, dict[str, Any]] = {
    "facebook/detr-resnet-50": {},
    "facebook/detr-resnet-50-dc5": {"dilation": True},
    "facebook/detr-resnet-101": {"backbone": "resnet101"},
    "facebook/detr-resnet-101-dc5": {"backbone": "resnet101", "dilation": True},
}
HEADS = ("class_labels_classifier", "model.query_position_embeddings")


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

    def make_config(channels: int) -> Any:
        return configure(num_outputs, backbone, channels, **settings)

    network = DetrForObjectDetection(make_config(input_shape[0]))
    initialise(network)
    if pretrained:
        load_weights(network, make_config, backbone, weights_path, HEADS)
    return QueryDetector(network, "model.backbone", losses).train()


def initialise(network: Any) -> None:
    """Draw initial weights as the paper's authors did; with the library's, queries are all but one.

    Those of the transformer are Xavier's, those of queries normal, those of heads torch's own.
    """
    for name, module in network.named_modules():
        if not isinstance(module, nn.Linear) or name.startswith("model.backbone"):
            continue
        if name.startswith("model."):
            nn.init.xavier_uniform_(module.weight)
        else:
            module.reset_parameters()
    nn.init.normal_(network.model.query_position_embeddings.weight)


def configure(
    num_outputs: int,
    backbone: str | None,
    channels: int,
    *,
    hidden_dim: int | None = None,
    num_layers: int | None = None,
    num_queries: int | None = None,
    dropout: float | None = None,
    activation: str | None = None,
) -> Any:
    """Return the library's configuration of the network."""
    if backbone:
        refuse(backbone, hidden_dim=hidden_dim, num_layers=num_layers, activation=activation)
        config = find_config(DetrConfig, backbone, PUBLISHED)
    else:
        config = DetrConfig(**small(hidden_dim or 128, num_layers or 3, activation))
    change(config, num_labels=num_outputs, num_queries=num_queries, dropout=dropout)
    config.auxiliary_loss = True  # each layer of the decoder learns by itself, as in the paper
    config.num_channels = config.backbone_config.num_channels = channels
    return config


def small(width: int, num_layers: int, activation: str | None) -> dict[str, Any]:
    """Return what a small detector is made of.

    Its backbone is a ConvNeXt with one feature for 16 x 16 pixels: a ResNet here has batch norms
    that never learn, which is for pretrained weights.
    """
    heads, inner = max(1, width // 32), 4 * width
    return {
        "backbone_config": {
            "model_type": "convnext",
            "num_stages": 3,
            "depths": [2, 2, 2],
            "hidden_sizes": [width // 4, width // 2, width],
            "layer_scale_init_value": 0.0,  # none, which is for deep networks
            "out_features": ["stage3"],
        },
        "d_model": width,
        "encoder_layers": num_layers,
        "encoder_attention_heads": heads,
        "encoder_ffn_dim": inner,
        "decoder_layers": num_layers,
        "decoder_attention_heads": heads,
        "decoder_ffn_dim": inner,
        "activation_function": activation or "relu",
        "dropout": 0.0,
        "num_queries": 50,
    }
