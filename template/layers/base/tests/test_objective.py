"""The loss against values that were worked out by hand."""

import math

import pytest
import torch
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.engine.errors import UserError
#: if task == "regression"
from pkg.task.objective import Objective, check
#: else
from pkg.task.objective import Objective, balance, check
#: endif


def batch_of(outputs: list[list[float]], targets: Tensor) -> Batch:
    """Return a batch whose inputs are what the model is to answer."""
    return Batch(torch.tensor(outputs), targets, torch.arange(len(outputs)))


#: if objective == "single_label"
LOGITS = [[math.log(2), math.log(6)], [0.0, 0.0]]  # probabilities 1/4, 3/4 and 1/2, 1/2


def test_cross_entropy_is_summed() -> None:
    loss, weight, logits = Objective()(nn.Identity(), batch_of(LOGITS, torch.tensor([0, 1])))
    assert float(loss) == pytest.approx(math.log(4) + math.log(2))
    assert float(weight) == 2
    assert logits.tolist() == torch.tensor(LOGITS).tolist()


def test_smoothing_spreads_the_target_while_training() -> None:
    objective, model = Objective(label_smoothing=0.2), nn.Identity()
    batch = batch_of(LOGITS, torch.tensor([0, 1]))
    loss, _, _ = objective(model.train(), batch)
    smooth = -0.9 * math.log(1 / 4) - 0.1 * math.log(3 / 4)
    assert float(loss) == pytest.approx(smooth + math.log(2))
    loss, _, _ = objective(model.eval(), batch)
    assert float(loss) == pytest.approx(math.log(4) + math.log(2))


def test_class_weights_count_in_loss_and_weight_while_training() -> None:
    objective, model = Objective(class_weights=torch.tensor([3.0, 0.5])), nn.Identity()
    batch = batch_of(LOGITS, torch.tensor([0, 1]))
    loss, weight, _ = objective(model.train(), batch)
    assert float(loss) == pytest.approx(3 * math.log(4) + 0.5 * math.log(2))
    assert float(weight) == 3.5
    _, weight, _ = objective(model.eval(), batch)
    assert float(weight) == 2


#: if "mixup" in augmentation or "cutmix" in augmentation
def test_shares_of_classes_mix_their_losses_and_weights() -> None:
    objective = Objective(class_weights=torch.tensor([3.0, 0.5]))
    batch = batch_of(LOGITS[:1], torch.tensor([[0.25, 0.75]]))
    loss, weight, _ = objective(nn.Identity(), batch)
    expected = 3 * 0.25 * math.log(4) + 0.5 * 0.75 * math.log(4 / 3)
    assert float(loss) == pytest.approx(expected)
    assert float(weight) == pytest.approx(3 * 0.25 + 0.5 * 0.75)


#: endif
def test_balanced_classes_weigh_the_same() -> None:
    counts = torch.tensor([60.0, 30.0, 10.0])
    weights = balance(counts, 100)
    assert (weights * counts).tolist() == pytest.approx([100 / 3] * 3)
    assert balance(torch.tensor([5.0, 0.0]), 5).isfinite().all()


#: elif objective == "multi_label"
LOGITS = [[0.0, math.log(3)], [math.log(3), 0.0]]  # probabilities 1/2, 3/4 and 3/4, 1/2
TARGETS = torch.tensor([[1.0, 1.0], [0.0, 1.0]])


def test_binary_cross_entropy_is_the_mean_over_labels_summed_over_samples() -> None:
    loss, weight, logits = Objective()(nn.Identity(), batch_of(LOGITS, TARGETS))
    expected = (math.log(2) + math.log(4 / 3)) / 2 + (math.log(4) + math.log(2)) / 2
    assert float(loss) == pytest.approx(expected)
    assert float(weight) == 2
    assert logits.tolist() == torch.tensor(LOGITS).tolist()


def test_smoothing_moves_the_target_while_training() -> None:
    objective, model = Objective(label_smoothing=0.2), nn.Identity()
    batch = batch_of([[math.log(3)]], torch.tensor([[1.0]]))
    loss, _, _ = objective(model.train(), batch)
    assert float(loss) == pytest.approx(0.9 * math.log(4 / 3) + 0.1 * math.log(4))
    loss, _, _ = objective(model.eval(), batch)
    assert float(loss) == pytest.approx(math.log(4 / 3))


def test_class_weights_count_where_a_label_is_present_while_training() -> None:
    objective, model = Objective(class_weights=torch.tensor([3.0, 0.5])), nn.Identity()
    batch = batch_of(LOGITS, TARGETS)
    loss, weight, _ = objective(model.train(), batch)
    first = (3 * math.log(2) + 0.5 * math.log(4 / 3)) / 2
    assert float(loss) == pytest.approx(first + (math.log(4) + 0.5 * math.log(2)) / 2)
    assert float(weight) == 2
    plain, _, _ = Objective()(model, batch)
    loss, _, _ = objective(model.eval(), batch)
    assert float(loss) == pytest.approx(float(plain))


def test_a_balanced_label_weighs_as_its_absence() -> None:
    counts = torch.tensor([60.0, 10.0])
    assert (balance(counts, 100) * counts).tolist() == pytest.approx([40, 90])
    assert balance(torch.tensor([0.0]), 5).isfinite().all()


#: else
def test_squared_error_is_counted_in_deviations() -> None:
    objective = Objective(target_std=torch.tensor([2.0, 0.1]))
    batch = batch_of([[1.0, 0.5], [0.0, 0.2]], torch.tensor([[5.0, 0.5], [0.0, 0.5]]))
    loss, weight, outputs = objective(nn.Identity(), batch)
    assert float(loss) == pytest.approx(((4 / 2) ** 2 + 0) / 2 + (0 + (0.3 / 0.1) ** 2) / 2)
    assert float(weight) == 2
    assert outputs.equal(batch.inputs)  # in the targets' own unit


def test_units_do_not_matter() -> None:
    outputs, targets = torch.rand(4, 2), torch.rand(4, 2)
    unit = torch.tensor([1000.0, 0.01])
    metres = Objective(torch.ones(2))(nn.Identity(), batch_of(outputs.tolist(), targets))[0]
    others = batch_of((outputs * unit).tolist(), targets * unit)
    assert float(Objective(unit)(nn.Identity(), others)[0]) == pytest.approx(float(metres))


def test_nothing_to_correct_costs_nothing() -> None:
    batch = batch_of([[1.0]], torch.tensor([[1.0]]))
    assert math.isclose(float(Objective(torch.ones(1))(nn.Identity(), batch)[0]), 0)


#: endif
def test_16_bits_lose_nothing_in_the_loss() -> None:
    outputs = torch.tensor([[30.0, -30.0]], dtype=torch.bfloat16)
    #: if objective == "single_label"
    targets = torch.tensor([1])
    #: else
    targets = torch.tensor([[0.0, 1.0]])
    #: endif
    #: if task == "regression"
    objective = Objective(torch.ones(2))
    #: else
    objective = Objective()
    #: endif
    loss, _, _ = objective(nn.Identity(), Batch(outputs, targets, torch.arange(1)))
    assert loss.dtype == torch.float32


def test_targets_of_another_form_are_refused_by_name() -> None:
    #: if objective == "single_label"
    good, wrong = torch.tensor([0, 1, 2]), [torch.tensor([0, 1, 3]), torch.tensor([0, -1, 2])]
    wrong += [torch.tensor([[0], [1], [2]]), torch.tensor([0.0, 1.0, 2.0])]
    #: else
    good = torch.tensor([[0.0, 1.0, 1.0]] * 3)
    wrong = [good[:, 0], good[:, :1], good.long(), good / 0]
    #: endif
    inputs, ids = torch.zeros(3, 2), torch.arange(3)
    check(Batch(inputs, good, ids), 3)
    for targets in wrong:
        with pytest.raises(UserError, match=r"data\.dataset_path: targets are .*, not "):
            check(Batch(inputs, targets, ids), 3)
