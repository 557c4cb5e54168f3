"""Settings of small models."""

from typing import Any

SMALL: dict[str, Any] = {"num_layers": 2, "hidden_dim": 32, "num_heads": 2, "dropout": 0.1}
MODELS = {
    "rope": SMALL | {"positions": "rope"},
    "learned": SMALL | {"positions": "learned", "activation": "relu"},
}
QUICK = list(MODELS)  # to train
ON_DEVICE = QUICK  # whose training never waits for a GPU
