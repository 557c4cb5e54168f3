"""What is particular to the metrics of classes: absent ones, and the area under the curve."""

import pytest
import torch
from counted import OUTPUTS, TARGETS
from expected import VAL_METRICS

from pkg.batch import Batch
from pkg.engine.state import Loss
from pkg.task.metrics import Metrics, auroc, score_all


def test_classes_that_nobody_saw_do_not_count() -> None:
    metrics, logits = Metrics(5), torch.eye(5)[[0, 1]]
    batch = Batch(logits, torch.tensor([0, 1]), torch.arange(2))
    metrics.update(Loss(torch.tensor(1.0), 2.0, logits), batch)
    assert metrics.compute() == {"loss": 0.5, **dict.fromkeys(VAL_METRICS[1:], 1.0)}


#: if mixes
def test_mixed_classes_count_as_their_largest() -> None:
    metrics, mixed = Metrics(2), torch.tensor([[0.3, 0.7], [0.6, 0.4]])
    batch = Batch(mixed, mixed, torch.arange(2))
    metrics.update(Loss(torch.tensor(1.0), 2.0, torch.eye(2)), batch)
    assert metrics.compute()["accuracy"] == 0.0


#: endif
def test_the_area_counts_pairs_in_the_right_order() -> None:
    logits, targets = OUTPUTS + 0.1 * torch.arange(len(OUTPUTS))[:, None], TARGETS
    expected = []
    for k, scores in enumerate(logits.softmax(1).T):
        true = targets == k
        pairs = (scores[true][:, None] - scores[~true][None]).sign()  # [true, false]
        expected.append(((pairs + 1) / 2).mean())
    areas = torch.stack(expected)
    torch.testing.assert_close(auroc(logits, targets), areas, check_dtype=False)
    assert score_all(logits, targets) == {"auroc": pytest.approx(float(areas.nanmean()))}
