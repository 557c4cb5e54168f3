"""Settings of a small model."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {
    "detr": {"hidden_dim": 32, "num_layers": 2, "num_queries": 20, "dropout": 0.1}
}
QUICK = list(MODELS)  # to train
ON_DEVICE: list[str] = []  # whose training never waits for a GPU
ADDITIVE = QUICK  # whose losses of the parts of a batch are those of the whole
