"""Outputs and targets so few that a hand counts their metrics."""

import torch

OUTPUTS = torch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [6.0, 20.0]])
TARGETS = torch.tensor([[1.0, 20.0], [2.0, 20.0], [4.0, 20.0], [5.0, 40.0]])
# Squared errors 0, 0, 1, 1 of 10 around the mean; 100, 0, 100, 400 of 300.
EXPECTED = {
    "loss": 2.5,  # the mean of 1, 2, 3, …
    "mse": (2 / 4 + 600 / 4) / 2,
    "rmse": ((2 / 4) ** 0.5 + (600 / 4) ** 0.5) / 2,
    "mae": (2 / 4 + 40 / 4) / 2,
    "r2": (1 - 2 / 10 + 1 - 600 / 300) / 2,
}
HIGHER_IS_BETTER = {"loss": False, "mse": False, "rmse": False, "mae": False, "r2": True}
