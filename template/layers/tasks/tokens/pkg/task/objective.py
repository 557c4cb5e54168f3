"""What training minimises: cross-entropy over the words of sentences.

Shapes: B sentences of T tokens, K labels.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..batch import Batch
from ..data.info import DataInfo
from ..engine.state import Loss
from .settings import TaskSettings
from .spans import Kinds
from .targets import NONE

BROKEN = -2  # the label of a word whose outputs are not finite
SMALLEST = 1e-9  # weight of a batch in which no word counts: its gradient is 0, not nan


class Tags(NamedTuple):
    """What metrics see of a batch."""

    labels: Tensor  # int64 [B, T] predicted label of each word at its first token; -1 or -2
    kinds: Kinds | None  # what labels mean; None where they are plain


@dataclass(frozen=True)
class Objective:
    """Softmax cross-entropy of each word, at its first token; class weights in training alone."""

    kinds: Kinds | None = None  # of entities; None where labels are plain
    class_weights: Tensor | None = None  # [K]

    def __call__(self, model: nn.Module, batch: Batch) -> Loss:
        """Return the loss of a batch, summed over words, and their labels as its outputs."""
        return self.loss(model(batch.inputs), batch, training=model.training)

    def predict(self, model: nn.Module, batch: Batch) -> Tensor:
        """Return the label of each word at its first token, int64 [B, T]; see `labels_of`.

        Words begin where the targets of the batch are 0 or more.
        """
        return labels_of(model(batch.inputs), batch.targets >= 0)

    def loss(self, logits: Tensor, batch: Batch, training: bool = False) -> Loss:
        """Return the loss of logits [B, T, K], summed over the words of the batch."""
        logits, targets = logits.float(), batch.targets
        weights, words = self.class_weights if training else None, targets >= 0  # [B, T]
        total = F.cross_entropy(
            logits.flatten(0, 1), targets.flatten(), weights, ignore_index=NONE, reduction="sum"
        )
        counted = words.float()
        if weights is not None:
            counted = torch.where(words, weights[targets.clamp(min=0)], 0.0)
        tags = Tags(labels_of(logits.detach(), words), self.kinds)
        return Loss(total, counted.sum().clamp(min=SMALLEST), tags)


def labels_of(logits: Tensor, words: Tensor) -> Tensor:
    """Return the most probable labels of logits [B, T, K], int64 [B, T], where `words` begin.

    The others are -1; -2 is the label of a word whose logits are not all finite.
    """
    labels = logits.argmax(2).where(logits.isfinite().all(2), BROKEN)
    return labels.where(words, NONE)


def build_objective(settings: TaskSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective; a label weighs the more, the rarer it is, where that is wanted."""
    kinds = Kinds.of(info.output_names, device) if info.targets["spans"] else None
    if not settings.class_weights:
        return Objective(kinds)
    counts = torch.tensor(info.targets["class_counts"], dtype=torch.float32, device=device)
    weights = counts.sum() / ((counts > 0).sum() * counts.clamp(min=1))  # all alike in sum
    return Objective(kinds, torch.where(counts > 0, weights, 1))
