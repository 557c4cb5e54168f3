"""Masks: what a batch must hold, and what is counted in the training split."""

from dataclasses import replace

import pytest
import torch
from samples import NAMES, load_synthetic, make_settings
from showing import make_batch

from pkg.engine.errors import UserError
from pkg.masks import VOID
from pkg.task.targets import check_batch, describe_targets

MASKS = torch.tensor([[[0, 1], [2, VOID]]] * 2, dtype=torch.uint8)
INPUTS = torch.zeros(2, 3, 2, 2)


@pytest.mark.parametrize(
    ("masks", "message"),
    [
        (MASKS.long(), r"masks are torch\.int64 \[2, 2, 2\], not torch\.uint8"),
        (MASKS[:, :1], r"masks are torch\.uint8 \[2, 1, 2\], not"),
        (MASKS.clamp(min=3), "masks have 3, not from 0 to 2, or 255"),
        (MASKS.clamp(min=VOID), "each pixel is 255, which is void"),
    ],
)
def test_masks_of_another_form_are_refused(masks: torch.Tensor, message: str) -> None:
    check_batch(make_batch(MASKS, INPUTS), 3)
    with pytest.raises(UserError, match=rf"data\.dataset_path: .*{message}"):
        check_batch(make_batch(masks, INPUTS), 3)


def test_pixels_are_counted_in_the_training_split() -> None:
    masks = load_synthetic(make_settings()).targets
    train = torch.tensor([1, 3, 5])  # with blocks of the last class
    found = describe_targets(masks, train, NAMES)
    whole = 3 * 15 * 12  # without the row that is void
    block = 3 * 8 * 6
    assert found == {"class_counts": [whole - block, 0, block], "mask_values": {}}


def test_one_class_and_more_than_a_byte_can_number_are_refused() -> None:
    masks = load_synthetic(make_settings()).targets
    for names in (["a"], [str(k) for k in range(256)]):
        with pytest.raises(UserError, match=r"from 2 to 255 classes are possible, but there are"):
            describe_targets(replace(masks, num_classes=len(names)), torch.arange(3), names)
