"""Targets: what a batch must hold."""

import pytest
import torch
from torch import Tensor

from pkg.batch import Batch
from pkg.engine.errors import UserError
from pkg.task.targets import check_batch, describe_targets


def batch_of(labels: Tensor) -> Batch:
    rows = torch.zeros(2, 3, dtype=torch.int64)
    return Batch(rows, labels, rows, torch.arange(2))


def test_tokens_pass() -> None:
    check_batch(batch_of(torch.tensor([[5, 7, 1], [3, -1, -1]])), 1)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (torch.ones(2, 3), r"torch\.float32 \[2, 3\], not int64 \[2, T\]"),
        (torch.ones(2, dtype=torch.int64), r"\[2\], not int64"),
        (torch.tensor([[5, -1, 1], [3, 1, 1]]), "-1 beyond their end"),
        (torch.tensor([[5, -2, -2], [3, 1, 1]]), "no tokens from 0"),
        (torch.tensor([[-1, -1], [3, 1]]), "no tokens from 0"),
    ],
)
def test_other_batches_are_refused(labels: Tensor, message: str) -> None:
    with pytest.raises(UserError, match=rf"data\.dataset_path: targets are .*{message}"):
        check_batch(batch_of(labels), 1)


def test_what_trains_is_counted() -> None:
    assert describe_targets(["a", "b", "c"], torch.tensor([0, 2]), ["t"]) == {"num_train": 2}
