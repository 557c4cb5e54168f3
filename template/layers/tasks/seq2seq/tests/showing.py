"""How metrics are shown samples: what is counted of tokens, and of texts in validation."""

import torch
from counted import OUTPUTS, RIGHT_TOKENS, TARGETS, TOKENIZER, batch_of
from torch import Tensor

from pkg.data.vocabulary import Vocabulary
from pkg.engine.state import Loss
from pkg.task.metrics import Metrics
from pkg.task.objective import Objective

COUNT = len(TARGETS)
LOSSES = torch.arange(1.0, COUNT + 1)
OBJECTIVE = Objective(Vocabulary({"source": TOKENIZER}), 8, {})


def fresh() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics(1)


def show(metrics: Metrics, samples: slice, outputs: Tensor = OUTPUTS) -> None:
    """Show samples to the metrics, as a validation does."""
    texts = OBJECTIVE.count(outputs[samples], TARGETS[samples])
    count(metrics, samples, torch.cat([RIGHT_TOKENS[samples], texts], 1))


def show_training(metrics: Metrics, samples: slice) -> None:
    """Show samples to the metrics, as a training does."""
    count(metrics, samples, RIGHT_TOKENS[samples])


def count(metrics: Metrics, samples: slice, counts: Tensor) -> None:
    """Let the metrics count samples."""
    losses = LOSSES[samples]
    metrics.update(Loss(losses.sum(), float(len(losses)), counts), batch_of(samples))
