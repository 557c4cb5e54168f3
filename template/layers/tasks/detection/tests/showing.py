"""How metrics are shown samples: a loss in training; in validation detections and objects."""

from counted import OUTPUTS, TARGETS, batch_of

from pkg.engine.state import Loss
from pkg.task.found import Outputs
from pkg.task.metrics import Metrics

COUNT = len(TARGETS.labels)


def fresh() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics(2)


def show(metrics: Metrics, samples: slice, outputs: Outputs = OUTPUTS) -> None:
    """Show samples to the metrics, as a validation does."""
    found = Outputs(*(values[samples] for values in outputs))
    batch = batch_of(samples)
    metrics.update(Loss(None, float(batch.size), found), batch)


def show_training(metrics: Metrics, samples: slice) -> None:
    """Show samples to the metrics, as a training does."""
    batch = batch_of(samples)
    metrics.update(Loss((batch.ids + 1.0).sum(), float(batch.size)), batch)
