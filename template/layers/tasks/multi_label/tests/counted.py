"""Outputs and targets so few that a hand counts their metrics."""

import torch

OUTPUTS = torch.tensor([[1.0, -1, -1], [1, 1, -1], [-1, 1, -1], [1, -1, -1]])
TARGETS = torch.tensor([[1.0, 0, 0], [0, 1, 1], [0, 1, 0], [1, 1, 0]])
# Nine of twelve are right: 2 hits of 3 predicted and 2 true, 2 of 2 and 3, none of 0 and 1.
EXPECTED = {
    "loss": 2.5,  # the mean of 1, 2, 3, …
    "accuracy": 9 / 12,
    "precision": (2 / 3 + 1 + 0) / 3,
    "recall": (1 + 2 / 3 + 0) / 3,
    "f1": (2 * 2 / 5 + 2 * 2 / 5 + 0) / 3,
}
HIGHER_IS_BETTER = {"loss": False, "accuracy": True, "precision": True, "recall": True, "f1": True}
