"""The loss is what the model makes of it; what is found is in pixels of the files."""

from typing import Any

import pytest
import torch
from marked import make_batch
from samples import make_info
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.boxes import CROWD, DIFFICULT, Detections
from pkg.task.found import Outputs
from pkg.task.objective import Objective, build_objective
from pkg.task.settings import TaskSettings


class Told(nn.Module):
    """A model that notes what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: tuple[Tensor, ...] = ()

    def forward(self, images: Tensor, *objects: Tensor, **more: Tensor) -> Any:
        self.given = (*objects, *more.values())
        if objects:
            return {"box": torch.tensor(2.0), "score": torch.tensor(0.5)}, torch.tensor(2.0)
        boxes = torch.tensor([[[-4.0, 2, 12, 40]], [[1.0, 1, 2, 2]]])
        masks = torch.full((2, 1, 2, 2), 255, dtype=torch.uint8)
        return Detections(boxes, torch.tensor([[0.9], [0.8]]), torch.tensor([[1], [0]]), masks)


def make_two() -> Batch:
    """Return two images of 8 x 16 pixels with two objects each."""
    return make_batch(
        torch.zeros(2, 3, 8, 16),
        torch.tensor([[[0.0, 0, 4, 4], [8, 4, 16, 8]], [[1.0, 1, 3, 3], [0, 0, 0, 0]]]),
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
    boxes, labels, seeds, masks = model.given
    assert labels.tolist() == [[1, -1], [-1, -1]]
    assert boxes.equal(batch.boxes)
    assert seeds.equal(batch.seeds)
    assert masks.equal(batch.masks)


def test_a_validation_has_no_loss() -> None:
    model = Told().eval()
    loss = Objective()(model, make_two())
    assert (loss.total, model.given) == (None, ())
    assert isinstance(loss.outputs, Outputs)


def test_boxes_are_those_of_files_and_end_at_the_border() -> None:
    objective = build_objective(TaskSettings(), make_info(["a", "b"]), torch.device("cpu"))
    found = objective.predict(Told().eval(), make_two())
    first, second = found.boxes[:, 0].tolist()
    assert first == pytest.approx([0, 2 / 0.25, 12 / 0.5, 8 / 0.25])
    assert second == pytest.approx([0.5, 0.5, 1, 1])
    assert found.labels.tolist() == [[1], [0]]


def test_pixels_are_counted_on_the_input() -> None:
    found = Objective().predict(Told().eval(), make_two())
    assert found.pixels.tolist() == [[12 * 6], [1]]  # of boxes that are cut at the border
    assert found.areas.tolist() == [[12 * 6 / (0.5 * 0.25)], [1 / 4]]
    assert found.shared.tolist() == [[[4 * 2, 4 * 4]], [[1, 0]]]
