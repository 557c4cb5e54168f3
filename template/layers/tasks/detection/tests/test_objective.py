"""The loss is what the model makes of it; what is found is in pixels of the files."""

from typing import Any

import pytest
import torch
from marked import make_batch
from samples import make_info
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.boxes import CROWD, DIFFICULT, Detections
from pkg.task.objective import Objective, build_objective
from pkg.task.settings import TaskSettings


class Told(nn.Module):
    """A model that notes what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: tuple[Tensor, ...] = ()

    def forward(self, images: Tensor, *objects: Tensor) -> Any:
        self.given = objects
        if objects:
            return {"box": torch.tensor(2.0), "score": torch.tensor(0.5)}, torch.tensor(2.0)
        boxes = torch.tensor([[[-4.0, 2, 12, 40]], [[1.0, 1, 2, 2]]])
        return Detections(boxes, torch.tensor([[0.9], [0.8]]), torch.tensor([[1], [0]]))


def make_two() -> Batch:
    """Return two images of 8 x 16 pixels with two objects each."""
    return make_batch(
        torch.zeros(2, 3, 8, 16),
        torch.rand(2, 2, 4),
        torch.tensor([[1, 0], [0, -1]]),
        ignored=torch.tensor([[0, CROWD], [DIFFICULT, 0]], dtype=torch.uint8),
        scales=torch.tensor([[0.5, 0.25], [2.0, 2.0]]),
        seeds=torch.tensor([5, 6]),
    )


def test_losses_are_summed_and_named() -> None:
    loss = Objective()(Told().train(), make_two())
    assert float(loss.total) == 2.5
    assert float(loss.weight) == 2
    assert {name: float(term) for name, term in loss.terms.items()} == {"box": 2.0, "score": 0.5}


def test_what_is_ignored_is_not_learnt() -> None:
    model, batch = Told().train(), make_two()
    Objective()(model, batch)
    boxes, labels, seeds = model.given
    assert labels.tolist() == [[1, -1], [-1, -1]]
    assert boxes.equal(batch.boxes)
    assert seeds.equal(batch.seeds)


def test_a_validation_has_no_loss() -> None:
    model = Told().eval()
    loss = Objective()(model, make_two())
    assert (loss.total, model.given) == (None, ())
    assert isinstance(loss.outputs, Detections)


def test_boxes_are_those_of_files_and_end_at_the_border() -> None:
    objective = build_objective(TaskSettings(), make_info(["a", "b"]), torch.device("cpu"))
    found = objective.predict(Told().eval(), make_two())
    first, second = found.boxes[:, 0].tolist()
    assert first == pytest.approx([0, 2 / 0.25, 12 / 0.5, 8 / 0.25])
    assert second == pytest.approx([0.5, 0.5, 1, 1])
    assert found.labels.tolist() == [[1], [0]]
