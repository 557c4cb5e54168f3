"""The model: RT-DETRv2 (Lv et al., 2024), as transformers builds it.

Shapes: B images, C channels, H x W pixels, M objects in an image at most, Q queries, K classes,
L layers of the decoder, P queries with noise and Q others together.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn
from transformers import RTDetrV2Config, RTDetrV2ForObjectDetection
from transformers.loss.loss_rt_detr import RTDetrLoss

from ..engine.errors import UserError
from .detector import Detector, Matcher, Targets
from .published import change, find_config, load_weights, refuse

RESNET = {"model_type": "rt_detr_resnet", "out_indices": [2, 3, 4]}
BASIC = {**RESNET, "layer_type": "basic", "hidden_sizes": [64, 128, 256, 512]}
LIGHT = {"encoder_in_channels": [128, 256, 512], "hidden_expansion": 0.5}
PUBLISHED: dict[str, dict[str, Any]] = {
    "PekingU/rtdetr_v2_r18vd": {
        "backbone_config": {**BASIC, "depths": [2, 2, 2, 2]},
        "decoder_layers": 3,
        **LIGHT,
    },
    "PekingU/rtdetr_v2_r34vd": {
        "backbone_config": {**BASIC, "depths": [3, 4, 6, 3]},
        "decoder_layers": 4,
        **LIGHT,
    },
    "PekingU/rtdetr_v2_r50vd": {},
    "PekingU/rtdetr_v2_r101vd": {
        "backbone_config": {**RESNET, "depths": [3, 4, 23, 3]},
        "encoder_ffn_dim": 2048,
        "encoder_hidden_dim": 384,
        "decoder_in_channels": [384, 384, 384],
    },
}
HEADS = ("model.decoder.class_embed", "model.enc_score_head", "model.denoising_class_embed")
STRIDES = (8, 16, 32)  # pixels of the image to one of the features


class RealTimeDetector(Detector):
    """Scores each class by itself; learns from objects with noise as well."""

    def learn(
        self, images: Tensor, boxes: Tensor, labels: Tensor, seeds: Tensor
    ) -> tuple[dict[str, Tensor], Tensor]:
        """Do as any detector; what is drawn depends on `seeds` alone.

        The decoder also gets queries for the objects with noise (denoising), 100 in all: the image
        with the most objects decides how often each object is among them. So parts of a batch have
        other noise than the whole, beside other batch statistics, and their sums do not add up.
        """
        with torch.random.fork_rng([images.device] if images.is_cuda else []):
            torch.manual_seed(int(seeds.sum()))
            terms, weight = super().learn(images, boxes, labels, seeds)
        # Without an object there is no noise, but other processes wait for the gradient of its
        # weights.
        noise = self.network.model.denoising_class_embed.weight
        return terms | {"class": terms["class"] + 0 * noise.sum()}, weight

    def candidates(self, logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return every class of each query: scores, labels and queries, [B, Q * K] each."""
        numbers = torch.arange(logits[0].numel(), device=logits.device).expand(len(logits), -1)
        classes = logits.shape[-1]
        return logits.sigmoid().flatten(1), numbers % classes, numbers // classes

    def factors(self, counts: list[int]) -> dict[str, float]:
        """Return the number of objects, which the library divides all of its losses by."""
        return dict.fromkeys(["vfl", "bbox", "giou"], max(1, sum(counts)))


def losses(
    logits: Tensor,
    targets: Targets,
    device: torch.device,
    boxes: Tensor,
    config: Any,
    layer_logits: Tensor,
    layer_boxes: Tensor,
    *,
    enc_topk_logits: Tensor,
    enc_topk_bboxes: Tensor,
    denoising_meta_values: dict[str, Any] | None,
    **_: Any,
) -> dict[str, Tensor]:
    """Return the library's losses of the decoder's layers, of the encoder, and of the noise.

    Args:
        logits: Of the last layer [B, P, K].
        targets: The objects.
        device: Where to compute.
        boxes: Of the last layer [B, P, 4]: centre and size, in parts of the image.
        config: Of the network.
        layer_logits: Of all layers [B, L, P, K].
        layer_boxes: Likewise [B, L, P, 4].
        enc_topk_logits: Of the encoder [B, Q, K].
        enc_topk_bboxes: Likewise [B, Q, 4].
        denoising_meta_values: Which queries are those with noise; None if there are none.
    """
    criterion = RTDetrLoss(config)
    criterion.matcher = Matcher(criterion.matcher)
    criterion.loss_boxes = partial(box_losses, criterion)
    noisy: dict[str, Any] = {}
    if denoising_meta_values:
        sizes = denoising_meta_values["dn_num_split"]
        noisy_logits, layer_logits = layer_logits.split(sizes, dim=2)
        noisy_boxes, layer_boxes = layer_boxes.split(sizes, dim=2)
        noisy["denoising_meta_values"] = denoising_meta_values
        noisy["dn_auxiliary_outputs"] = layers(noisy_logits, noisy_boxes)
    *others, last = layers(layer_logits, layer_boxes)
    encoder = {"logits": enc_topk_logits, "pred_boxes": enc_topk_bboxes}
    outputs = last | {"auxiliary_outputs": [*others, encoder]} | noisy
    found: dict[str, Tensor] = criterion.to(device)(outputs, targets)
    return found


def box_losses(
    criterion: Any, outputs: dict[str, Tensor], targets: Targets, indices: Any, num_boxes: float
) -> dict[str, Tensor]:
    """Return what the library's `loss_boxes` does, which compares all boxes with all others."""
    matched = outputs["pred_boxes"][criterion._get_source_permutation_idx(indices)]  # [n, 4]
    chosen = zip(targets, indices, strict=True)
    wanted = torch.cat([target["boxes"][numbers] for target, (_, numbers) in chosen])
    distance = (matched - wanted).abs().sum()
    return {
        "loss_bbox": distance / num_boxes,
        "loss_giou": (1 - generalized_iou(matched, wanted)).sum() / num_boxes,
    }


def generalized_iou(first: Tensor, second: Tensor) -> Tensor:
    """Return the generalized IoU [n] of boxes [n, 4] of centre and size (Rezatofighi, 2019)."""
    sizes = first[:, 2:], second[:, 2:]
    starts, ends = (
        [box[:, :2] + sign * box[:, 2:] / 2 for box in (first, second)] for sign in (-1, 1)
    )
    overlap = (torch.minimum(*ends) - torch.maximum(*starts)).clamp(min=0).prod(1)
    union = sizes[0].prod(1) + sizes[1].prod(1) - overlap
    around = (torch.maximum(*ends) - torch.minimum(*starts)).prod(1)
    return overlap / union - (around - union) / around


def layers(logits: Tensor, boxes: Tensor) -> list[dict[str, Tensor]]:
    """Return the outputs of each layer, of logits [B, L, Q, K] and boxes [B, L, Q, 4]."""
    pairs = zip(logits.unbind(1), boxes.unbind(1), strict=True)
    return [{"logits": some, "pred_boxes": others} for some, others in pairs]


def build_model(
    input_shape: Sequence[int],
    num_outputs: int,
    *,
    backbone: str | None = None,
    pretrained: bool = False,
    weights_path: str | None = None,
    **settings: Any,
) -> RealTimeDetector:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings.

    Raises:
        UserError: the settings do not go together, or weights are missing.
    """
    height, width = input_shape[1:]
    if height % STRIDES[-1] or width % STRIDES[-1]:
        sizes = f"[{height}, {width}] has to be of multiples of {STRIDES[-1]}"
        raise UserError(f"data.input_shape: {sizes} pixels for RT-DETR")

    def make_config(channels: int) -> Any:
        return configure(num_outputs, backbone, channels, **settings)

    config = make_config(input_shape[0])
    places = sum((height // stride) * (width // stride) for stride in STRIDES)
    if config.num_queries > places:
        problem = f"{config.num_queries}, but images of {height} x {width} have {places} places"
        raise UserError(f"model.num_queries is {problem} to look at: say so many at most")
    config.tie_word_embeddings = False  # or all layers would share one head
    network = RTDetrV2ForObjectDetection(config)
    del network.class_embed, network.bbox_embed  # copies of the decoder's, which nothing uses
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):  # the library begins with next to nothing
            nn.init.ones_(module.weight)
    if pretrained:
        load_weights(network, make_config, backbone, weights_path, HEADS)
    return RealTimeDetector(network, "model.backbone", losses).train()


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
        config = find_config(RTDetrV2Config, backbone, PUBLISHED)
    else:
        config = RTDetrV2Config(**small(hidden_dim or 128, num_layers or 3, activation))
    change(config, num_labels=num_outputs, num_queries=num_queries, dropout=dropout)
    config.backbone_config.num_channels = channels
    return config


def small(width: int, num_layers: int, activation: str | None) -> dict[str, Any]:
    """Return what a small detector is made of: with a width of 256 it is the published r18vd."""
    stages = [width // 4, width // 2, width, 2 * width]
    backbone = {"embedding_size": width // 4, "hidden_sizes": stages, "depths": [2, 2, 2, 2]}
    heads, inner = max(1, width // 32), 4 * width
    return {
        "backbone_config": {**BASIC, **backbone},
        "freeze_backbone_batch_norms": False,  # which is for pretrained weights
        "encoder_in_channels": stages[1:],
        "encoder_hidden_dim": width,
        "encoder_ffn_dim": inner,
        "encoder_attention_heads": heads,
        "encoder_activation_function": activation or "gelu",
        "hidden_expansion": 0.5,
        "d_model": width,
        "decoder_in_channels": [width] * 3,
        "decoder_ffn_dim": inner,
        "decoder_attention_heads": heads,
        "decoder_layers": num_layers,
        "decoder_activation_function": activation or "relu",
        "num_queries": 50,
    }
