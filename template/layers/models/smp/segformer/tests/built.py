"""Settings of small models, one of each kind that this project can build."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {
    "timm": {"backbone": "test_resnet"},
    "own": {"backbone": "mit_b0"},
}
QUICK = ["timm"]  # to train
ON_DEVICE = QUICK  # whose training never waits for a GPU
