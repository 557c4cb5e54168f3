"""Settings of models, one of each kind that this project can build."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {
    "resnet": {"backbone": "resnet18"},
    "efficientnet": {"backbone": "efficientnet_b0"},
    "vit": {"backbone": "vit_b_16"},
    "convnext": {"backbone": "convnext_tiny"},
}
QUICK = ["resnet"]  # to train
ON_DEVICE = QUICK  # whose training never waits for a GPU
