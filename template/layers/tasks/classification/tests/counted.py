"""Outputs and targets so few that a hand counts their metrics."""

import torch

OUTPUTS = torch.eye(3)[[0, 0, 1, 2, 2, 2]]  # what is predicted
TARGETS = torch.tensor([0, 1, 1, 2, 2, 0])
# Four of six are right: 1 hit of 2 predicted and 2 true, 1 of 1 and 2, 2 of 3 and 2.
EXPECTED = {
    "loss": 3.5,  # the mean of 1, 2, 3, …
    "accuracy": 4 / 6,
    "precision": (1 / 2 + 1 + 2 / 3) / 3,
    "recall": (1 / 2 + 1 / 2 + 1) / 3,
    "f1": (2 * 1 / 4 + 2 * 1 / 3 + 2 * 2 / 5) / 3,
}
HIGHER_IS_BETTER = {"loss": False, "accuracy": True, "precision": True, "recall": True, "f1": True}
