"""A small detector without anchors: each point of three feature maps may find an object around it.

Shapes, here and in the comments below:
    B  images in the batch             D  channels of a feature map
    C, H, W  of an image               P  points: the cells of all feature maps
    K  classes                         M  objects in an image
"""

from collections.abc import Sequence
from math import gcd, log
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.ops import batched_nms, clip_boxes_to_image

from ..boxes import Detections
from .detector import MIN_SCORE, Detector, Found, Losses, arrange, to_detections
from .losses import Points, loss_terms

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "silu": nn.SiLU, "tanh": nn.Tanh}
FIRST_STRIDE = 8  # pixels between the points of the finest feature map
CANDIDATES = 1000  # boxes of an image to look at
MAX_OVERLAP = 0.6  # IoU of two detections of a class; the less sure one is dropped above it


class Block(nn.Sequential):
    """A convolution, its norm and its activation; a stride of 2 halves the image.

    The norm is of each image: a detector is trained in small batches, for which statistics of the
    batch are poor.
    """

    def __init__(self, fan_in: int, fan_out: int, stride: int, activation: str) -> None:
        super().__init__(
            nn.Conv2d(fan_in, fan_out, 3, stride, padding=1, bias=False),
            nn.GroupNorm(gcd(8, fan_out), fan_out),
            ACTIVATIONS[activation](),
        )


class Residual(nn.Module):
    """A block that adds to what it sees."""

    def __init__(self, dim: int, activation: str) -> None:
        super().__init__()
        self.block = Block(dim, dim, 1, activation)

    def forward(self, x: Tensor) -> Tensor:
        """Map features [B, D, H, W] to features of the same shape."""
        more: Tensor = self.block(x)
        return x + more


class Backbone(nn.Module):
    """Feature maps at 1/8, 1/16 and 1/32 of the size; a finer one sees the coarser ones, too."""

    def __init__(self, channels: int, num_layers: int, dim: int, activation: str) -> None:
        super().__init__()
        quarter, half = max(8, dim // 4), max(8, dim // 2)
        self.stem = nn.Sequential(
            Block(channels, quarter, 2, activation), Block(quarter, half, 2, activation)
        )
        self.scales = nn.ModuleList()
        for i in range(min(3, num_layers)):
            more = len(range(i + 3, num_layers, 3))  # dealt out in turn
            self.scales.append(
                nn.Sequential(
                    Block(dim if i else half, dim, 2, activation),
                    *(Residual(dim, activation) for _ in range(more)),
                )
            )
        self.merge = nn.ModuleList(Residual(dim, activation) for _ in self.scales)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Map images [B, C, H, W] to feature maps [B, D, H/8, W/8], …, the finest first."""
        x, maps = self.stem(images), []
        for scale in self.scales:
            x = scale(x)
            maps.append(x)
        for i in reversed(range(len(maps))):
            if i + 1 < len(maps):
                maps[i] = maps[i] + F.interpolate(maps[i + 1], size=maps[i].shape[-2:])
            maps[i] = self.merge[i](maps[i])
        return maps


class Head(nn.Module):
    """Two blocks and a last convolution, the same for all feature maps."""

    def __init__(self, dim: int, num_outputs: int, dropout: float, activation: str) -> None:
        super().__init__()
        blocks = [Block(dim, dim, 1, activation) for _ in range(2)]
        self.blocks = nn.Sequential(*blocks, nn.Dropout(dropout))
        self.last = nn.Conv2d(dim, num_outputs, 3, padding=1)
        nn.init.normal_(self.last.weight, std=0.01)

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Map feature maps [B, D, H, W] to outputs [B, P, num_outputs] of all their points."""
        outputs = [self.last(self.blocks(x)).flatten(2) for x in maps]
        return torch.cat(outputs, dim=2).transpose(1, 2).float()


class PointDetector(Detector):
    """A backbone; a head for the scores of classes, and one for the distances to four sides."""

    def __init__(
        self,
        channels: int,
        num_classes: int,
        num_layers: int = 6,
        hidden_dim: int = 64,
        dropout: float = 0.0,
        activation: str = "silu",
        max_detections: int = 100,
    ) -> None:
        super().__init__()
        self.max_detections = max_detections
        self.backbone = Backbone(channels, num_layers, hidden_dim, activation)
        self.scores = Head(hidden_dim, num_classes, dropout, activation)
        self.sides = Head(hidden_dim, 4, dropout, activation)
        nn.init.constant_(
            self.scores.last.get_parameter("bias"), -log(99)
        )  # objects are rare: 1 in 100

    def forward(
        self,
        images: Tensor,
        boxes: Tensor | None = None,
        labels: Tensor | None = None,
        seeds: Tensor | None = None,
    ) -> Losses | Detections:
        """Map images and objects to losses in training, or images to what is found: `Detector`."""
        maps = self.backbone(images)
        points = points_of(maps)
        logits = self.scores(maps)  # [B, P, K]
        sides = F.softplus(self.sides(maps)) * points.strides[:, None]  # [B, P, 4] left, top, …
        found = torch.cat([points.centers - sides[..., :2], points.centers + sides[..., 2:]], dim=2)
        if boxes is not None and labels is not None:
            return loss_terms(logits, found, points, boxes, labels), logits.new_full(
                (), len(images)
            )
        size = images.shape[2], images.shape[3]
        rows = zip(logits.sigmoid(), clip_boxes_to_image(found, size), strict=True)
        return to_detections((self.select(*row) for row in rows), self.max_detections)

    def select(self, scores: Tensor, boxes: Tensor) -> Found:
        """Return the surest of the boxes [P, 4] of an image by scores [P, K], the surest first."""
        best, places = scores.flatten().topk(min(CANDIDATES, scores.numel()))
        places = places[best > MIN_SCORE]
        best, labels = best[: len(places)], places % scores.shape[1]
        boxes = boxes[places // scores.shape[1]]
        kept = batched_nms(boxes, best, labels, MAX_OVERLAP)[: self.max_detections]
        return boxes[kept], best[kept], labels[kept]


def points_of(maps: list[Tensor]) -> Points:
    """Return the points of feature maps: [B, D, H/8, W/8] and coarser ones."""
    centers, strides = [], []
    for i, x in enumerate(maps):
        stride = FIRST_STRIDE * 2**i
        rows, columns = (torch.arange(n, device=x.device) + 0.5 for n in x.shape[-2:])
        y, x = torch.meshgrid(rows, columns, indexing="ij")
        centers.append(stride * torch.stack([x.flatten(), y.flatten()], dim=1))
        strides.append(torch.full_like(centers[-1][:, 0], stride))
    return Points(torch.cat(centers), torch.cat(strides))


def build_model(input_shape: Sequence[int], num_outputs: int, **settings: Any) -> Detector:
    """Make the model for images of `input_shape` [C, H, W]; settings as in ModelSettings."""
    model = PointDetector(input_shape[0], num_outputs, **settings)
    return arrange(model, channels_last=settings.get("hidden_dim", 64) >= 64)
