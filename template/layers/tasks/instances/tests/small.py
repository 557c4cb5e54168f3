"""A detector of a moment, in the place of the real one.

It has what makes training hard to resume: batch statistics and dropout. Masks fill their boxes.
"""

from math import prod

import torch
import torch.nn.functional as F
from drawn import PLACES, SIZE
from torch import Tensor, nn

from pkg.boxes import Detections

TERMS = ("box", "score")  # names of what the loss is the sum of
REACH = 0.02  # of the input, by which a box moves where an output is 1


class SmallModel(nn.Module):
    """A hidden layer on the flat input, and a head that looks at S places, where objects are.

    K classes, B images, M objects in an image.
    """

    layout = "channels first"  # of images
    places: Tensor  # float32 [S, 4] in pixels of the input

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        super().__init__()
        self.side, self.num_outputs = input_shape[-1], num_outputs
        self.places = nn.Buffer(torch.tensor(PLACES) * (self.side / max(SIZE)))
        self.backbone = nn.Sequential(
            nn.Flatten(), nn.Linear(prod(input_shape), 16), nn.BatchNorm1d(16), nn.ReLU()
        )
        width = len(PLACES) * (4 + num_outputs)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, width))

    def forward(
        self,
        images: Tensor,
        boxes: Tensor | None = None,
        labels: Tensor | None = None,
        seeds: Tensor | None = None,
        masks: Tensor | None = None,
    ) -> Detections | tuple[dict[str, Tensor], Tensor]:
        outputs = self.head(self.backbone(images)).unflatten(1, (len(PLACES), -1))
        moves, logits = outputs.float().split([4, self.num_outputs], 2)
        found = self.places + REACH * self.side * moves  # [B, S, 4]
        if boxes is None or labels is None:
            scores, classes = logits.sigmoid().max(2)  # two of [B, S]
            order = scores.argsort(1, descending=True)
            boxes = found.take_along_dim(order[..., None], 1)
            whole = torch.full((*order.shape, 4, 4), 255, dtype=torch.uint8, device=order.device)
            return Detections(boxes, scores.gather(1, order), classes.gather(1, order), whole)
        there, at = labels >= 0, self.nearest(boxes)  # two of [B, M]
        moved = found.gather(1, at[..., None].expand(-1, -1, 4))  # [B, M, 4]
        distance = (moved - boxes).abs().sum(2) / self.side
        of_place = at[..., None] == torch.arange(len(PLACES), device=at.device)  # [B, M, S]
        of_class = labels[..., None] == torch.arange(self.num_outputs, device=at.device)
        goals = (of_place[..., None] & of_class[:, :, None]).any(1).float()  # [B, S, K]
        score = F.binary_cross_entropy_with_logits(logits, goals, reduction="sum")
        terms = {"box": (distance * there).sum(), "score": score}
        return terms, images.new_full((), len(images))

    def nearest(self, boxes: Tensor) -> Tensor:
        """Return the place of each of the boxes [B, M, 4]: int64 [B, M]."""
        return (boxes[:, :, None] - self.places).abs().sum(3).argmin(2)

    def get_num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        self.backbone.requires_grad_(True)
