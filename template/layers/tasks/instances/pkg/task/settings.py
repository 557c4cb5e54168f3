"""Settings of the task: the section `task` of configs/config.yaml."""

from dataclasses import dataclass

OUTPUTS = ".jsonl, .csv (without masks) or, as COCO has results, .json"  # what predict.py writes


@dataclass(frozen=True)
class TaskSettings:
    """None so far: detectors weigh their losses themselves."""
