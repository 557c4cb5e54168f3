"""Settings of small models."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {
    "unet": {"num_layers": 2, "hidden_dim": 32, "dropout": 0.1},
    "shallow": {"num_layers": 1, "hidden_dim": 16, "activation": "silu"},
}
QUICK = ["unet"]  # to train
ON_DEVICE = QUICK  # whose training never waits for a GPU
