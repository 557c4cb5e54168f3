"""Settings of a small model."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {"cnn": {"num_layers": 2, "hidden_dim": 16, "dropout": 0.1}}
QUICK = list(MODELS)  # to train
ON_DEVICE = QUICK  # whose training never waits for a GPU
