"""Settings of a small model."""

from typing import Any

MODELS: dict[str, dict[str, Any]] = {"faster_rcnn": {"backbone": "resnet18", "max_detections": 20}}
QUICK = list(MODELS)  # to train
