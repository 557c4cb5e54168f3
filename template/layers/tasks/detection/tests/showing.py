"""How metrics are shown samples: a loss in training; in validation detections and objects."""

import torch
from counted import OUTPUTS, TARGETS

from pkg.batch import Batch
from pkg.boxes import Detections
from pkg.engine.state import Loss
from pkg.task.metrics import Metrics

COUNT = len(TARGETS.labels)


def fresh() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics(2)


def make_batch(samples: slice) -> Batch:
    """Return some of the images, whose pixels are nowhere."""
    ids, targets = torch.arange(COUNT)[samples], TARGETS
    return Batch(
        inputs=torch.zeros(len(ids), 3, 1, 1),
        boxes=targets.boxes[samples],
        labels=targets.labels[samples],
        ignored=targets.ignored[samples],
        areas=targets.areas[samples],
        scales=torch.ones(len(ids), 2),
        seeds=ids,
        ids=ids,
    )


def show(metrics: Metrics, samples: slice, outputs: Detections = OUTPUTS) -> None:
    """Show samples to the metrics, as a validation does."""
    found = Detections(*(values[samples] for values in outputs))
    batch = make_batch(samples)
    metrics.update(Loss(None, float(batch.size), found), batch)


def show_training(metrics: Metrics, samples: slice) -> None:
    """Show samples to the metrics, as a training does."""
    batch = make_batch(samples)
    metrics.update(Loss((batch.ids + 1.0).sum(), float(batch.size)), batch)
