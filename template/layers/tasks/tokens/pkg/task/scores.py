"""What sentences score by every metric: all of them, and draws of them for intervals."""

import numpy as np
import torch
from torch import Tensor

from .metrics import OF_ENTITIES, OF_WORDS, Array, rates, score
from .objective import Objective
from .spans import count_spans, count_words, words_of


class Scores:
    """The metrics of any of N sentences, from the counts of each: those add up.

    There is no loss among them: it needs the logits, which nobody keeps for a whole split.
    """

    def __init__(
        self, outputs: Tensor, targets: Tensor, objective: Objective, num_outputs: int
    ) -> None:
        """Take labels that a model gives to words, and the true ones, int64 [N, T] both."""
        self.spans, self.count = objective.kinds is not None, len(targets)
        self.signatures = OF_ENTITIES if self.spans else OF_WORDS
        counts = count_words(outputs, targets, num_outputs)
        self.words = torch.stack([*counts], dim=1).double()  # [N, 3, K]
        self.entities = torch.zeros(self.count, 3, num_outputs, dtype=torch.float64)
        if objective.kinds is not None:
            there = targets >= 0
            predicted, true = (words_of(labels, there) for labels in (outputs, targets))
            counts = count_spans(predicted, true, objective.kinds)
            self.entities = torch.stack([*counts], dim=1).double()
        self.work = self.words.numel() + self.entities.numel()  # numbers a call looks at
        self.totals = self.total(torch.ones(self.count, dtype=torch.float64))

    def __call__(self, ids: Tensor) -> dict[str, float]:
        """Return every metric of the sentences of these numbers, int64 [N]."""
        self.totals = self.total(ids.bincount(minlength=self.count).double())
        return score(*self.totals, self.spans)

    def total(self, often: Tensor) -> tuple[Array, Array]:
        """Return the counts of words and of entities, [3, K] both, each sentence `often` [N]."""
        words, entities = (torch.tensordot(often, x, 1) for x in (self.words, self.entities))
        return words.numpy(), entities.numpy()

    def each(self) -> list[dict[str, float]]:
        """Return the metrics of each label, of the sentences that were scored last.

        Those of words; and of entities beside the label that begins them.
        """
        words, entities = self.totals
        with np.errstate(invalid="ignore", divide="ignore"):
            of_words, of_entities = rates(*words), rates(*entities)
        before, rows = "word_" if self.spans else "", list[dict[str, float]]()
        for k in range(words.shape[1]):
            row = {"words": float(words[2, k])}
            row |= {f"{before}{name}": float(values[k]) for name, values in of_words.items()}
            if entities[:, k].any():
                row["entities"] = float(entities[2, k])
                row |= {name: float(values[k]) for name, values in of_entities.items()}
            rows.append(row)
        return rows
