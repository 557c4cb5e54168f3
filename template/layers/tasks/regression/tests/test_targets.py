"""Numbers: what a batch must hold, and what is measured in the training split."""

import pytest
import torch

from pkg.batch import Batch
from pkg.engine.errors import UserError
from pkg.task.targets import check_batch, describe_targets


def test_targets_of_another_form_are_refused_by_name() -> None:
    good = torch.tensor([[0.0, 1.0, 1.0]] * 3)
    inputs, ids = torch.zeros(3, 2), torch.arange(3)
    check_batch(Batch(inputs, good, ids), 3)
    for targets in (good[:, 0], good[:, :1], good.long(), good / 0):
        with pytest.raises(UserError, match=r"data\.dataset_path: targets are .*, not "):
            check_batch(Batch(inputs, targets, ids), 3)


def test_the_scale_is_that_of_the_training_split() -> None:
    targets = torch.tensor([[1.0, 7.0], [3.0, 7.0], [900.0, 8.0]])
    found = describe_targets(targets, torch.tensor([0, 1]), ["a", "b"])
    assert found == {
        "target_mean": pytest.approx([2.0, 7.0]),
        "target_std": pytest.approx([2.0**0.5, 1.0]),  # 1 where all are alike
    }
