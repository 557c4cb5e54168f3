"""Metrics of labels of words: of entities, or of the words where labels are plain.

An entity counts if its kind, its first and its last word are right: the strict mode of seqeval.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, nn

from ..batch import Batch
from ..engine.state import Loss
from .objective import Tags
from .spans import Counts, count_spans, count_words, words_of

Array = np.ndarray[Any, np.dtype[np.float64]]
RULES = "avg:micro|mode:strict|scheme:iob2"
PLAIN_RULES = "avg:macro|of:words|absent:skip|empty:0"
SHARED = {
    "loss": "cross_entropy|per:word|weights:none|unit:nats",
    "accuracy": "accuracy|avg:micro|of:words",
}
OF_ENTITIES = SHARED | {name: f"{name}|{RULES}" for name in ("f1", "precision", "recall")}
OF_WORDS = SHARED | {name: f"{name}|{PLAIN_RULES}" for name in ("f1", "precision", "recall")}


class Metrics(nn.Module):
    """Mean loss, accuracy of words, and what is right of the entities in all sentences."""

    words: Tensor  # int64 [3, K] hits, predicted and true, by their label
    entities: Tensor  # int64 [3, K] the same, by the label that begins them
    primary = "f1"
    higher_is_better: ClassVar[Mapping[str, bool]] = {
        "loss": False,
        "f1": True,
        "precision": True,
        "recall": True,
        "accuracy": True,
    }
    signatures: ClassVar[Mapping[str, str]] = OF_ENTITIES  # OF_WORDS where labels are plain

    def __init__(self, num_outputs: int) -> None:
        super().__init__()
        self.loss: Tensor = nn.Buffer(torch.zeros(()))  # summed
        self.weight: Tensor = nn.Buffer(torch.zeros(()))  # of the sum
        self.spans: Tensor = nn.Buffer(torch.zeros(()))  # 1 where labels are those of entities
        for name in ("words", "entities"):
            self.register_buffer(name, torch.zeros(3, num_outputs, dtype=torch.int64))

    def update(self, loss: Loss, batch: Batch) -> None:
        """Count a batch: labels [B, T] of words at their first tokens, predicted and true."""
        self.loss.add_(loss.total)
        self.weight.add_(loss.weight)
        tags: Tags = loss.outputs
        self.words += total(count_words(tags.labels, batch.targets, self.words.shape[1]))
        if tags.kinds is not None:
            self.spans.fill_(1)
            words = batch.targets >= 0
            predicted, true = (words_of(x, words) for x in (tags.labels, batch.targets))
            counts = count_spans(predicted, true, tags.kinds)
            self.entities += total(counts)

    #: if distributed
    def join(self, other: "Metrics") -> None:
        """Take in what another process has counted."""
        self.loss += other.loss
        self.weight += other.weight
        self.spans.copy_(torch.maximum(self.spans, other.spans))
        self.words += other.words
        self.entities += other.entities

    #: endif
    def compute(self) -> dict[str, float]:
        """Return every metric."""
        words, entities = (x.cpu().numpy().astype(float) for x in (self.words, self.entities))
        metrics = score(words, entities, bool(self.spans))
        return {"loss": float(self.loss / self.weight), **metrics}

    def reset(self) -> None:
        """Start counting again."""
        for counter in self.buffers():
            counter.zero_()


def total(counts: Counts) -> Tensor:
    """Return the counts of all sentences together, int64 [3, K]."""
    return torch.stack([each.sum(0) for each in counts])


def score(words: Array, entities: Array, spans: bool) -> dict[str, float]:
    """Return the metrics of counts; nan where nothing was counted.

    Args:
        words: Hits, predicted and true words by label, [3, K].
        entities: The same of entities, by the label that begins them.
        spans: Whether labels are those of entities.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        accuracy = float(words[0].sum() / words[2].sum())
        each = rates(*entities.sum(1)) if spans else rates(*words)
        seen = np.isfinite(each["f1"])  # in the data, or predicted
        found = {name: float(np.nan_to_num(x)[seen].sum() / seen.sum()) for name, x in each.items()}
    return {**found, "accuracy": accuracy}


def rates(hits: Any, predicted: Any, true: Any) -> dict[str, Any]:
    """Return F1, precision and recall of counts; nan where there is nothing to divide by.

    Where something is there or predicted, what has nothing to divide by is 0, as in seqeval.
    """
    some = (predicted + true) > 0
    f1 = 2 * hits / (predicted + true)
    precision = np.where(some & (predicted == 0), 0.0, hits / predicted)
    recall = np.where(some & (true == 0), 0.0, hits / true)
    return {"f1": f1, "precision": precision, "recall": recall}
