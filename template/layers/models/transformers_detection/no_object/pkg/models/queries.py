"""What DETR and its kin share: a query finds one object of one class, or none.

Shapes: B images, Q queries, K classes.
"""

from typing import Any

import torch
from torch import Tensor
from transformers.loss.loss_for_object_detection import HungarianMatcher, ImageLoss

from .detector import Detector, Matcher, Targets

OBJECTS = 7  # in an image of COCO, which the weights of the losses were balanced on


class QueryDetector(Detector):
    """Scores by a softmax over the classes and "no object".

    The library's class loss is a mean over the queries of a batch, in which classes weigh the
    more against boxes, the fewer objects there are. That mean is of no use for batches in parts;
    here it is a sum, divided by what it comes to for `OBJECTS` objects in an image.
    """

    def candidates(self, logits: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the best class of each query: scores, labels and queries, [B, Q] each."""
        scores, labels = logits.softmax(-1)[..., :-1].max(-1)
        return scores, labels, torch.arange(labels.shape[1], device=labels.device).expand_as(labels)

    def factors(self, counts: list[int]) -> dict[str, float]:
        """Return the factors of the class loss, a mean, and of those of boxes, means as well."""
        config = self.network.config
        queries = num_queries(config)
        matched = sum(min(count, queries) for count in counts)
        weights = weigh(matched, len(counts) * queries, config)
        objects = max(1, sum(counts))
        return {
            "ce": weights * OBJECTS / weigh(OBJECTS, queries, config),
            "bbox": objects * config.bbox_loss_coefficient,
            "giou": objects * config.giou_loss_coefficient,
        }


def num_queries(config: Any) -> int:
    """Return how many objects the network looks for in an image."""
    name = "num_queries" if hasattr(config, "num_queries") else "num_detection_tokens"
    return int(getattr(config, name))


def weigh(matched: int, queries: int, config: Any) -> float:
    """Return the sum of the weights of the class loss: a query for no object has a small one."""
    return matched + float(config.eos_coefficient) * (queries - matched)


def losses(
    logits: Tensor,
    targets: Targets,
    device: torch.device,
    boxes: Tensor,
    config: Any,
    layer_logits: Tensor | None = None,
    layer_boxes: Tensor | None = None,
) -> dict[str, Tensor]:
    """Return the library's losses of logits [B, Q, K + 1] and boxes [B, Q, 4], and of all layers.

    Args:
        logits: Of the last layer.
        targets: The objects.
        device: Where to compute.
        boxes: Of the last layer: centre and size, in parts of the image.
        config: Of the network.
        layer_logits: Of each layer, with a first axis for it.
        layer_boxes: Likewise.
    """
    matcher = Matcher(HungarianMatcher(config.class_cost, config.bbox_cost, config.giou_cost))
    criterion = ImageLoss(matcher, config.num_labels, config.eos_coefficient, ["labels", "boxes"])
    outputs: dict[str, Any] = {"logits": logits, "pred_boxes": boxes}
    if layer_logits is not None and layer_boxes is not None:
        layers = zip(layer_logits[:-1], layer_boxes[:-1], strict=True)
        outputs["auxiliary_outputs"] = [{"logits": x, "pred_boxes": y} for x, y in layers]
    found: dict[str, Tensor] = criterion.to(device)(outputs, targets)
    return found
