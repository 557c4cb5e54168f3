"""The loss against values that were worked out by hand."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.engine.state import Loss
from pkg.task.objective import Objective, build_objective
from pkg.task.settings import TaskSettings

LOGITS = [[math.log(2), math.log(6)], [0.0, 0.0]]  # probabilities 1/4, 3/4 and 1/2, 1/2
CPU = torch.device("cpu")


def batch_of(outputs: list[list[float]], targets: Tensor) -> Batch:
    """Return a batch whose inputs are what the model is to answer."""
    return Batch(torch.tensor(outputs), targets, torch.arange(len(outputs)))


def total_of(loss: Loss) -> float:
    """Return the sum."""
    assert loss.total is not None
    return float(loss.total)


def test_cross_entropy_is_summed() -> None:
    loss = Objective()(nn.Identity(), batch_of(LOGITS, torch.tensor([0, 1])))
    assert total_of(loss) == pytest.approx(math.log(4) + math.log(2))
    assert float(loss.weight) == 2
    assert loss.outputs.tolist() == torch.tensor(LOGITS).tolist()


def test_smoothing_spreads_the_target_while_training() -> None:
    objective, model = Objective(label_smoothing=0.2), nn.Identity()
    batch = batch_of(LOGITS, torch.tensor([0, 1]))
    smooth = -0.9 * math.log(1 / 4) - 0.1 * math.log(3 / 4)
    assert total_of(objective(model.train(), batch)) == pytest.approx(smooth + math.log(2))
    assert total_of(objective(model.eval(), batch)) == pytest.approx(math.log(4) + math.log(2))


def test_class_weights_count_in_loss_and_weight_while_training() -> None:
    objective, model = Objective(class_weights=torch.tensor([3.0, 0.5])), nn.Identity()
    batch = batch_of(LOGITS, torch.tensor([0, 1]))
    loss = objective(model.train(), batch)
    assert total_of(loss) == pytest.approx(3 * math.log(4) + 0.5 * math.log(2))
    assert float(loss.weight) == 3.5
    assert float(objective(model.eval(), batch).weight) == 2


#: if mixes
def test_mixed_classes_mix_their_losses_and_weights() -> None:
    objective = Objective(class_weights=torch.tensor([3.0, 0.5]))
    batch = batch_of(LOGITS[:1], torch.tensor([[0.25, 0.75]]))
    loss = objective(nn.Identity(), batch)
    expected = 3 * 0.25 * math.log(4) + 0.5 * 0.75 * math.log(4 / 3)
    assert total_of(loss) == pytest.approx(expected)
    assert float(loss.weight) == pytest.approx(3 * 0.25 + 0.5 * 0.75)


#: endif
def test_balanced_classes_weigh_the_same() -> None:
    def weights(*counts: int) -> Tensor:
        info: Any = type("Info", (), {"targets": {"class_counts": [*counts], "num_train": 100}})
        found = build_objective(TaskSettings(class_weights=True), info, CPU).class_weights
        assert found is not None
        return found

    found = weights(60, 30, 10) * torch.tensor([60, 30, 10])
    assert found.tolist() == pytest.approx([100 / 3] * 3)
    assert weights(100, 0).isfinite().all()


def test_settings_say_what_shapes_the_loss() -> None:
    info: Any = type("Info", (), {"targets": {"class_counts": [5, 5], "num_train": 10}})
    assert build_objective(TaskSettings(), info, CPU) == Objective()
    assert build_objective(TaskSettings(label_smoothing=0.1), info, CPU) == Objective(0.1)


def test_16_bits_lose_nothing_in_the_loss() -> None:
    outputs = torch.tensor([[30.0, -30.0]], dtype=torch.bfloat16)
    loss = Objective()(nn.Identity(), Batch(outputs, torch.tensor([1]), torch.arange(1)))
    assert loss.total is not None
    assert loss.total.dtype == torch.float32


def test_predictions_need_no_targets() -> None:
    batch = Batch(torch.tensor(LOGITS), torch.empty(2, 0), torch.arange(2))
    assert Objective().predict(nn.Identity(), batch).equal(batch.inputs)
