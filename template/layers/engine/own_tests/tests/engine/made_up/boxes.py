"""Boxes: as many targets as there are, padded; losses that the model makes; none in validation.

Shapes: B images in the batch, M boxes in an image at most.
"""

from typing import Any, ClassVar, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pkg.engine.data.draws import Draws
from pkg.engine.state import Loss

from .task import Sums, Task, one_phase


class BoxBatch(NamedTuple):
    """Images, and what is to be found in each: M boxes at most."""

    images: Tensor  # [B, 16]
    boxes: Tensor  # [B, M, 4]
    labels: Tensor  # int64 [B, M], -1 where there is no box
    ids: Tensor  # int64 [B]

    @property
    def size(self) -> int:
        return len(self.ids)

    def cut(self, start: int, end: int) -> "BoxBatch":
        return BoxBatch(*(field[start:end] for field in self))

    def to(self, device: torch.device) -> "BoxBatch":
        return BoxBatch(*(field.to(device) for field in self))


class BoxModel(nn.Module):
    """Finds as many boxes as are asked for; makes its losses itself while it is trained."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(16, 8), nn.Tanh(), nn.Dropout(dropout))
        self.find, self.name = nn.Linear(8, 3 * 4), nn.Linear(8, 3 * 2)

    def forward(
        self, images: Tensor, boxes: Tensor | None = None, labels: Tensor | None = None
    ) -> Any:
        """Map images [B, 16] to boxes [B, M, 4] and labels [B, M]; or with targets to losses []."""
        features = self.body(images)
        found = self.find(features).unflatten(1, (3, 4))  # [B, M, 4]
        logits = self.name(features).unflatten(1, (3, 2))  # [B, M, 2]
        if boxes is None or labels is None:
            return found, logits.argmax(2)
        there = labels >= 0  # [B, M]
        distance = ((found - boxes).abs().sum(2) * there).sum()
        wrong = F.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), ignore_index=-1, reduction="sum"
        )
        return {"box": distance, "label": wrong}


def find_boxes(model: nn.Module, batch: BoxBatch) -> Loss:
    """Sum the losses over all boxes; in validation there are boxes, and no loss."""
    if not model.training:
        return Loss(None, float(batch.size), model(batch.images))
    terms = model(batch.images, batch.boxes, batch.labels)
    return Loss(terms["box"] + terms["label"], (batch.labels >= 0).sum(), terms=terms)


class BoxMetrics(Sums):
    """The loss in training; in validation, the fraction of boxes with the right name."""

    primary: ClassVar[str] = "hits"
    names: ClassVar[tuple[str, ...]] = ("loss", "hits")
    higher_is_better: ClassVar[dict[str, bool]] = {"loss": False, "hits": True}

    def update(self, loss: Loss, batch: BoxBatch) -> None:
        if loss.total is not None:
            self.add("loss", loss.total, loss.weight)
        else:
            there = batch.labels >= 0
            hits = (loss.outputs[1] == batch.labels) & there
            self.add("hits", hits.sum(), there.sum())


def make_boxes(ids: Tensor) -> BoxBatch:
    """Make up images with none to three boxes each."""
    draws = Draws(0, 0, ids)
    there = torch.arange(3) < ids[:, None] % 4  # [B, M]
    labels = torch.where(there, (ids[:, None] + torch.arange(3)) % 2, -1)
    boxes = draws.uniform("boxes", 12).unflatten(1, (3, 4)) * there[..., None]
    return BoxBatch(draws.uniform("images", 16), boxes, labels, ids)


BOXES = Task(
    name="boxes",
    model=BoxModel,
    phases=one_phase(find_boxes),
    val_objective=find_boxes,
    metrics=BoxMetrics,
    make=make_boxes,
    monitor="val_hits",
)
