"""Settings of a small decoder."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {"gpt2": {"hidden_dim": 32, "num_layers": 2, "dropout": 0.1}}
QUICK = list(MODELS)  # to train
ON_DEVICE = QUICK  # whose training never waits for a GPU
