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

LOGITS = [[0.0, math.log(3)], [math.log(3), 0.0]]  # probabilities 1/2, 3/4 and 3/4, 1/2
TARGETS = torch.tensor([[1.0, 1.0], [0.0, 1.0]])
CPU = torch.device("cpu")


def batch_of(outputs: list[list[float]], targets: Tensor) -> Batch:
    """Return a batch whose inputs are what the model is to answer."""
    return Batch(torch.tensor(outputs), targets, torch.arange(len(outputs)))


def total_of(loss: Loss) -> float:
    """Return the sum."""
    assert loss.total is not None
    return float(loss.total)


def test_binary_cross_entropy_is_the_mean_over_labels_summed_over_samples() -> None:
    loss = Objective()(nn.Identity(), batch_of(LOGITS, TARGETS))
    expected = (math.log(2) + math.log(4 / 3)) / 2 + (math.log(4) + math.log(2)) / 2
    assert total_of(loss) == pytest.approx(expected)
    assert float(loss.weight) == 2
    assert loss.outputs.tolist() == torch.tensor(LOGITS).tolist()


def test_smoothing_moves_the_target_while_training() -> None:
    objective, model = Objective(label_smoothing=0.2), nn.Identity()
    batch = batch_of([[math.log(3)]], torch.tensor([[1.0]]))
    smooth = 0.9 * math.log(4 / 3) + 0.1 * math.log(4)
    assert total_of(objective(model.train(), batch)) == pytest.approx(smooth)
    assert total_of(objective(model.eval(), batch)) == pytest.approx(math.log(4 / 3))


def test_class_weights_count_where_a_label_is_present_while_training() -> None:
    objective, model = Objective(class_weights=torch.tensor([3.0, 0.5])), nn.Identity()
    batch = batch_of(LOGITS, TARGETS)
    loss = objective(model.train(), batch)
    first = (3 * math.log(2) + 0.5 * math.log(4 / 3)) / 2
    assert total_of(loss) == pytest.approx(first + (math.log(4) + 0.5 * math.log(2)) / 2)
    assert float(loss.weight) == 2
    plain = total_of(Objective()(model, batch))
    assert total_of(objective(model.eval(), batch)) == pytest.approx(plain)


def test_a_balanced_label_weighs_as_its_absence() -> None:
    def weights(*counts: int) -> Tensor:
        info: Any = type("Info", (), {"targets": {"class_counts": [*counts], "num_train": 100}})
        found = build_objective(TaskSettings(class_weights=True), info, CPU).class_weights
        assert found is not None
        return found

    assert (weights(60, 10) * torch.tensor([60, 10])).tolist() == pytest.approx([40, 90])
    assert weights(0).isfinite().all()


def test_settings_say_what_shapes_the_loss() -> None:
    info: Any = type("Info", (), {"targets": {"class_counts": [5, 5], "num_train": 10}})
    assert build_objective(TaskSettings(), info, CPU) == Objective()
    assert build_objective(TaskSettings(label_smoothing=0.1), info, CPU) == Objective(0.1)


def test_16_bits_lose_nothing_in_the_loss() -> None:
    outputs = torch.tensor([[30.0, -30.0]], dtype=torch.bfloat16)
    loss = Objective()(nn.Identity(), Batch(outputs, TARGETS[:1], torch.arange(1)))
    assert loss.total is not None
    assert loss.total.dtype == torch.float32


def test_predictions_need_no_targets() -> None:
    batch = Batch(torch.tensor(LOGITS), torch.empty(2, 0), torch.arange(2))
    assert Objective().predict(nn.Identity(), batch).equal(batch.inputs)
