"""Labels: what a batch must hold, and what is counted in the training split."""

import pytest
import torch

from pkg.batch import Batch
from pkg.engine.errors import UserError
from pkg.task.targets import check_batch, describe_targets

TARGETS = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])


def test_targets_of_another_form_are_refused_by_name() -> None:
    good = torch.tensor([[0.0, 1.0, 1.0]] * 3)
    inputs, ids = torch.zeros(3, 2), torch.arange(3)
    check_batch(Batch(inputs, good, ids), 3)
    for targets in (good[:, 0], good[:, :1], good.long(), good / 0, 2 * good):
        with pytest.raises(UserError, match=r"data\.dataset_path: targets are .*, not "):
            check_batch(Batch(inputs, targets, ids), 3)


def test_labels_are_counted_in_the_training_split() -> None:
    found = describe_targets(TARGETS, torch.tensor([0, 2, 3]), ["a", "b"])
    assert found == {"num_train": 3, "class_counts": [2, 1]}


def test_a_label_without_samples_is_refused() -> None:
    targets = torch.cat([TARGETS, torch.zeros(4, 1)], 1)
    with pytest.raises(UserError, match=r"data\.dataset_path: .* c 0$"):
        describe_targets(targets, torch.arange(4), ["a", "b", "c"])
