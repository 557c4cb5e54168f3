"""The loss against values that were worked out by hand."""

import math
from dataclasses import replace

import pytest
import torch
from samples import LABELS, make_info
from showing import make_batch
from torch import Tensor, nn

from pkg.task.objective import (
    BROKEN,
    Objective,
    build_objective,
)
from pkg.task.settings import TaskSettings

CPU = torch.device("cpu")
TARGETS = torch.tensor([[-1, 0, 1, -1], [-1, 1, -1, -1]])


def logits_of(probabilities: list[list[float]]) -> Tensor:
    """Return logits [2, 4, 2] with these probabilities of label 0 of each token."""
    first = torch.tensor(probabilities)
    return torch.stack([first, 1 - first], -1).log()


class Says(nn.Module):
    """A model that says what it was given."""

    def __init__(self, logits: Tensor) -> None:
        super().__init__()
        self.logits = logits

    def forward(self, tokens: Tensor) -> Tensor:
        return self.logits


PROBABILITIES = [[0.3, 0.5, 0.2, 0.3], [0.3, 0.9, 0.3, 0.3]]


def test_the_loss_is_summed_over_words() -> None:
    loss = Objective()(Says(logits_of(PROBABILITIES)).eval(), make_batch(TARGETS))
    assert float(loss.total) == pytest.approx(-math.log(0.5) - math.log(0.8) - math.log(0.1))
    assert float(loss.weight) == 3
    assert loss.outputs.labels.tolist() == [[-1, 0, 1, -1], [-1, 0, -1, -1]]


def test_class_weights_are_for_training_alone() -> None:
    objective = Objective(class_weights=torch.tensor([2.0, 0.5]))
    model = Says(logits_of(PROBABILITIES))
    trained = objective(model.train(), make_batch(TARGETS))
    total = 2 * -math.log(0.5) + 0.5 * (-math.log(0.8) - math.log(0.1))
    assert float(trained.total) == pytest.approx(total)
    assert float(trained.weight) == 3
    measured = objective(model.eval(), make_batch(TARGETS))
    assert float(measured.weight) == 3
    assert float(measured.total) == pytest.approx(-math.log(0.5 * 0.8 * 0.1))


def test_rare_labels_weigh_more() -> None:
    info = make_info(LABELS[:3])
    info = replace(info, targets=info.targets | {"class_counts": [6, 2, 0]})
    objective = build_objective(TaskSettings(class_weights=True), info, CPU)
    assert objective.class_weights is not None
    assert objective.class_weights.tolist() == pytest.approx([8 / 12, 8 / 4, 1])
    assert build_objective(TaskSettings(), info, CPU).class_weights is None


def test_labels_are_those_of_entities_or_plain() -> None:
    objective = build_objective(TaskSettings(), make_info(LABELS), CPU)
    assert objective.kinds is not None
    assert objective.kinds.begins.tolist() == [False, True, False, True, False]
    assert objective.kinds.kinds.tolist() == [-1, 1, 1, 3, 3]
    plain = make_info(["NOUN", "VERB"], spans=False)
    assert build_objective(TaskSettings(), plain, CPU).kinds is None


def test_a_batch_without_words_has_no_gradient() -> None:
    logits = logits_of(PROBABILITIES).requires_grad_()
    loss = Objective().loss(logits, make_batch(torch.full((2, 4), -1)))
    (loss.total / loss.weight).backward()
    assert logits.grad is not None
    assert logits.grad.eq(0).all()


def test_16_bits_lose_nothing_in_the_loss() -> None:
    logits = torch.tensor([[[30.0, -30.0]]], dtype=torch.bfloat16)
    assert (
        Objective().loss(logits, make_batch(torch.zeros(1, 1).long())).total.dtype == torch.float32
    )


def test_outputs_that_are_not_finite_are_marked() -> None:
    logits = logits_of(PROBABILITIES)
    logits[0, 1, 1], logits[0, 0] = torch.nan, torch.nan
    found = Objective().predict(Says(logits), make_batch(TARGETS))
    assert found.tolist() == [[-1, BROKEN, 1, -1], [-1, 0, -1, -1]]
