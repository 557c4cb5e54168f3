"""What is particular to the metrics of labels: the area under the curve."""

import pytest
import torch
from counted import OUTPUTS, TARGETS

from pkg.task.metrics import auroc, score_all


def test_the_area_counts_pairs_in_the_right_order() -> None:
    logits, targets = OUTPUTS + 0.1 * torch.arange(len(OUTPUTS))[:, None], TARGETS
    expected = []
    for k, scores in enumerate(logits.sigmoid().T):
        true = targets[:, k] > 0.5
        pairs = (scores[true][:, None] - scores[~true][None]).sign()  # [true, false]
        expected.append(((pairs + 1) / 2).mean())
    areas = torch.stack(expected)
    torch.testing.assert_close(auroc(logits, targets), areas, check_dtype=False)
    assert score_all(logits, targets) == {"auroc": pytest.approx(float(areas.nanmean()))}
