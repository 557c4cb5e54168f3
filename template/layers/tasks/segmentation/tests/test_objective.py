"""The loss against values that were worked out by hand."""

import math
from dataclasses import replace

import pytest
import torch
from samples import make_info
from showing import make_batch
from torch import Tensor, nn

from pkg.engine.recovery import split
from pkg.engine.state import Loss
from pkg.masks import VOID
from pkg.task.objective import Objective, build_objective
from pkg.task.settings import TaskSettings

# An image of 1 x 4 pixels: probabilities 1/4 and 3/4, 1/2 and 1/2, and two that are void.
LOGITS = torch.tensor([[[[0.0, 0, 5, -5]], [[math.log(3), 0, 0, 0]]]])
MASK = torch.tensor([[[0, 1, VOID, VOID]]], dtype=torch.uint8)
CPU = torch.device("cpu")


def total_of(loss: Loss) -> float:
    """Return the sum."""
    assert loss.total is not None
    return float(loss.total)


def test_cross_entropy_is_summed_over_the_pixels_that_count() -> None:
    loss = Objective()(nn.Identity(), make_batch(MASK, LOGITS))
    assert total_of(loss) == pytest.approx((math.log(4) + math.log(2)) / 4)  # in images
    assert float(loss.weight) == 2 / 4
    assert loss.outputs.equal(LOGITS)
    assert loss.terms == {}


def test_class_weights_count_in_loss_and_weight_while_training() -> None:
    objective, model = Objective(class_weights=torch.tensor([3.0, 0.5])), nn.Identity()
    batch = make_batch(MASK, LOGITS)
    loss = objective(model.train(), batch)
    assert total_of(loss) == pytest.approx((3 * math.log(4) + 0.5 * math.log(2)) / 4)
    assert float(loss.weight) == 3.5 / 4
    assert float(objective(model.eval(), batch).weight) == 2 / 4


def test_dice_is_that_of_the_classes_in_an_image() -> None:
    batch = make_batch(MASK, LOGITS)
    loss = Objective(dice_weight=2.0)(nn.Identity().train(), batch)
    # Class 0 is predicted with 1/4 + 1/2 and has 1/4 of its one pixel; class 1 with 3/4 + 1/2.
    first, second = 2 * (1 / 4) / (3 / 4 + 1), 2 * (1 / 2) / (5 / 4 + 1)
    dice = (1 - first + 1 - second) / 2 * 2 / 4
    assert float(loss.terms["dice_loss"]) == pytest.approx(dice)
    assert total_of(loss) == pytest.approx((math.log(4) + math.log(2)) / 4 + 2 * dice)
    plain = Objective(dice_weight=2.0)(nn.Identity().eval(), batch)
    assert total_of(plain) == pytest.approx((math.log(4) + math.log(2)) / 4)


def test_parts_of_a_batch_add_up_to_the_whole() -> None:
    logits, masks = torch.randn(6, 3, 5, 4), torch.randint(0, 3, (6, 5, 4), dtype=torch.uint8)
    masks[1] = VOID
    masks[2, :3] = VOID
    objective = Objective(0.7, torch.tensor([0.3, 2.0, 1.0]))
    model, whole = nn.Identity().train(), make_batch(masks, logits)
    parts = [objective(model, part) for part in split(whole, 1)]
    loss = objective(model, whole)
    assert sum(map(total_of, parts)) == pytest.approx(total_of(loss), abs=1e-6)
    assert float(sum(part.weight for part in parts)) == pytest.approx(float(loss.weight), abs=1e-6)
    for name, value in loss.terms.items():
        assert float(sum(part.terms[name] for part in parts)) == pytest.approx(float(value))


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_images_without_any_class_leave_a_gradient_of_0(weight: float) -> None:
    logits = torch.randn(2, 3, 4, 4, requires_grad=True)
    batch = make_batch(torch.full((2, 4, 4), VOID, dtype=torch.uint8), logits)
    loss = Objective(weight)(nn.Identity().train(), batch)
    (loss.total / loss.weight).backward()
    assert logits.grad is not None
    assert not logits.grad.any()


def test_balanced_classes_weigh_the_same() -> None:
    def weights(*counts: int) -> Tensor:
        info = make_info([str(count) for count in counts])
        info = replace(info, targets=info.targets | {"class_counts": [*counts]})
        found = build_objective(TaskSettings(class_weights=True), info, CPU).class_weights
        assert found is not None
        return found

    found = weights(60, 30, 10) * torch.tensor([60, 30, 10])
    assert found.tolist() == pytest.approx([100 / 3] * 3)
    assert weights(100, 0).tolist() == [0.5, 1.0]


def test_settings_say_what_shapes_the_loss() -> None:
    info = make_info(["a", "b"])
    assert build_objective(TaskSettings(), info, CPU) == Objective()
    assert build_objective(TaskSettings(dice_weight=0.5), info, CPU) == Objective(0.5)


def test_16_bits_lose_nothing_in_the_loss() -> None:
    loss = Objective(1.0)(nn.Identity(), make_batch(MASK, LOGITS.bfloat16()))
    assert loss.total is not None
    assert loss.total.dtype == torch.float32


def test_a_prediction_is_the_likeliest_class_or_none() -> None:
    logits = LOGITS.clone()
    logits[0, 1, 0, 3] = torch.nan
    found = Objective().predict(nn.Identity(), make_batch(MASK, logits))
    assert found.classes.tolist() == [[[1, 0, 0, VOID]]]
    assert found.sizes.tolist() == [[4, 1]]
