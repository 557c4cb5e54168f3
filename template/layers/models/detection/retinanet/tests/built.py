"""Settings of a small model."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {"retinanet": {"backbone": "resnet18", "max_detections": 20}}
QUICK: list[str] = []  # to train
ON_DEVICE: list[str] = []  # whose training never waits for a GPU
ADDITIVE = list(MODELS)  # whose losses of the parts of a batch are those of the whole
