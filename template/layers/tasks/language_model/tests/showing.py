"""How metrics are shown samples: losses of windows; outside training those of tokens as well."""

from counted import OUTPUTS, batch_of

from pkg.engine.state import Loss
from pkg.task.metrics import Metrics
from pkg.task.objective import Judged

COUNT = len(OUTPUTS.hits)


def fresh() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics(1)


def loss_of(samples: slice) -> Loss:
    """Return the loss of some windows, in units of a window."""
    judged = Judged(*(field[samples] for field in OUTPUTS))
    unit = judged.hits.shape[1]
    return Loss(judged.losses.sum() / unit, (judged.hits >= 0).sum() / unit, judged)


def show(metrics: Metrics, samples: slice) -> None:
    """Show samples to the metrics, as a validation does."""
    metrics.update(loss_of(samples), batch_of(samples))


def show_training(metrics: Metrics, samples: slice) -> None:
    """Show samples to the metrics, as a training does."""
    metrics.update(loss_of(samples)._replace(outputs=None), batch_of(samples))
