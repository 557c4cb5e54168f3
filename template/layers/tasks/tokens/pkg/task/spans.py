"""Entities in sentences, as whole tensors: where they are, and which of them are right.

Shapes: B sentences of W words, K labels in IOB2. An entity is what B- begins and I- of the same
kind goes on; an I- that goes on nothing is none, which is what makes the count strict.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from ..data.schemes import OUTSIDE


class Kinds(NamedTuple):
    """What each of K labels means."""

    begins: Tensor  # bool [K] whether it begins an entity
    kinds: Tensor  # int64 [K] number of the label that begins entities of its kind; -1 outside

    @classmethod
    def of(cls, names: Sequence[str], device: torch.device) -> "Kinds":
        """Return it for labels in IOB2."""
        firsts = {name[2:]: k for k, name in enumerate(names) if name.startswith("B-")}
        kinds = [-1 if name == OUTSIDE else firsts.get(name[2:], -1) for name in names]
        begins = [name.startswith("B-") for name in names]
        return cls(torch.tensor(begins, device=device), torch.tensor(kinds, device=device))


class Counts(NamedTuple):
    """Words of each of B sentences by their label, or entities by the label that begins them."""

    hits: Tensor  # int64 [B, K] that are predicted as they are: kind, beginning and end
    predicted: Tensor  # int64 [B, K]
    true: Tensor  # int64 [B, K]


def words_of(labels: Tensor, there: Tensor) -> Tensor:
    """Return the labels [B, T] of tokens that begin words, `there`, side by side: [B, T].

    What remains of each row is -1. Nothing is read off the device.
    """
    order = (~there).long().argsort(dim=1, stable=True)
    return labels.where(there, -1).gather(1, order)


def count_spans(predicted: Tensor, true: Tensor, kinds: Kinds) -> Counts:
    """Count the entities in labels of words, int64 [B, W]; below 0 where there is no label."""
    starts, ends = find_ends(predicted, kinds)
    true_starts, true_ends = find_ends(true, kinds)
    hits = starts & true_starts & (predicted == true) & (ends == true_ends)
    each = ((hits, true), (starts, predicted), (true_starts, true))
    return Counts(*(count(labels, where, len(kinds.begins)) for where, labels in each))


def count_words(predicted: Tensor, true: Tensor, num_outputs: int) -> Counts:
    """Count words in labels int64 [B, T]; those whose predicted or true label is below 0 do not."""
    counted = (predicted >= 0) & (true >= 0)
    each = ((counted & (predicted == true), true), (counted, predicted), (counted, true))
    return Counts(*(count(labels, where, num_outputs) for where, labels in each))


def find_ends(labels: Tensor, kinds: Kinds) -> tuple[Tensor, Tensor]:
    """Return where entities start, bool [B, W], and where what starts there ends, int64 [B, W].

    An end is the number of the first word that does not belong to it.
    """
    known = labels.clamp(min=0)
    there = labels >= 0
    starts = kinds.begins[known] & there
    kind = kinds.kinds[known].where(there, -1)
    goes_on = torch.zeros_like(starts)  # whether a word belongs to the entity before it
    goes_on[:, 1:] = (kind[:, 1:] == kind[:, :-1]) & (kind[:, 1:] >= 0) & ~starts[:, 1:]
    width = labels.shape[1]
    places = torch.arange(width, device=labels.device)
    stops = places.where(~goes_on, width)  # [B, W]
    nearest = stops.flip(1).cummin(1).values.flip(1)  # the first stop from each word on
    ends = torch.full_like(stops, width)
    ends[:, :-1] = nearest[:, 1:]
    return starts, ends


def count(labels: Tensor, where: Tensor, num_outputs: int) -> Tensor:
    """Return how often each label stands in each row of [B, W], `where` it counts: [B, K]."""
    counts = torch.zeros(len(labels), num_outputs, dtype=torch.int64, device=labels.device)
    return counts.scatter_add_(1, labels.clamp(min=0), where.long())
