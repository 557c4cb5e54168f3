"""Settings of a small model."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {
    "custom": {"num_layers": 3, "hidden_dim": 16, "dropout": 0.1, "max_detections": 20}
}
QUICK = list(MODELS)  # to train
ON_DEVICE = QUICK  # whose training never waits for a GPU
ADDITIVE = QUICK  # whose losses of the parts of a batch are those of the whole
