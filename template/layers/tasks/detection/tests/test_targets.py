"""Objects: what a batch must hold, and what is counted in the training split."""

from typing import Any

import pytest
import torch
from drawn import CATEGORY_IDS, NAMES, make_objects
from marked import make_batch, make_table

from pkg.engine.errors import UserError
from pkg.task.targets import check_batch, describe_targets

BOXES = torch.tensor([[[1.0, 2, 3, 4], [0, 0, 5, 5]], [[2.0, 2, 2, 9], [0, 0, 0, 0]]])
GOOD = make_batch(torch.zeros(2, 3, 8, 8), BOXES, torch.tensor([[0, 2], [1, -1]]))
FLIPPED, UNKNOWN = BOXES[..., [2, 3, 0, 1]], BOXES / 0


def test_a_batch_of_boxes_passes() -> None:
    check_batch(GOOD, 3)
    none: Any = {"boxes": torch.zeros(2, 0, 4), "labels": torch.zeros(2, 0, dtype=torch.int64)}
    check_batch(GOOD._replace(**none), 3)


WRONG: dict[str, dict[str, Any]] = {
    "boxes are .* of torch.int64": {"boxes": GOOD.boxes[..., :3]},
    "boxes are torch.float64": {"boxes": GOOD.boxes.double()},
    "of torch.float32": {"labels": GOOD.labels.float()},
    r"of torch.int64 \[2\]": {"labels": GOOD.labels[:, 0]},
    "classes of boxes are from -1 to 3, not 0 to 2": {"labels": GOOD.labels + (GOOD.labels == 2)},
    "classes of boxes are from -2": {"labels": GOOD.labels - (GOOD.labels == -1).long()},
    r"\[3.0, 4.0, 1.0, 2.0\] is no box": {"boxes": FLIPPED},
    r"\[inf, .* is no box": {"boxes": UNKNOWN},
}


@pytest.mark.parametrize("message", WRONG)
def test_other_batches_are_refused(message: str) -> None:
    with pytest.raises(UserError, match=rf"data\.dataset_path: .*{message}"):
        check_batch(GOOD._replace(**WRONG[message]), 3)


def test_objects_are_counted_in_the_training_split() -> None:
    train = [1, 2, 3, 6, 7]
    found = describe_targets(make_table(range(9)), torch.tensor(train), NAMES)
    objects = [row for number in train for row in make_objects(number)]
    learnt = [label for _, label, kind in objects if not kind]
    assert len(learnt) < len(objects)  # some are ignored
    assert found == {
        "category_ids": CATEGORY_IDS,
        "num_train": 5,
        "class_counts": [learnt.count(0), learnt.count(1)],
    }


def test_nothing_to_learn_is_refused() -> None:
    with pytest.raises(UserError, match=r"data\.dataset_path: no image that trains has an object"):
        describe_targets(make_table(range(9)), torch.tensor([0, 5]), NAMES)
    with pytest.raises(UserError, match=r"there are 0 objects in 1 images"):
        describe_targets(make_table([0]), torch.tensor([0]), NAMES)
