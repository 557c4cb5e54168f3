"""Settings of small models, one of each kind that this project can build."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {
    "resnet": {"backbone": "test_resnet"},
    "efficientnet": {"backbone": "test_efficientnet"},
    "vit": {"backbone": "test_vit"},
    "convnext": {"backbone": "test_convnext"},
}
QUICK = list(MODELS)  # to train
ON_DEVICE = QUICK  # whose training never waits for a GPU
