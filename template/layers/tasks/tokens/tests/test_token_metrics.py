"""What is particular to the metrics of tokens: entities, plain labels, outputs that are none."""

import math

import pytest
import torch
from counted import EXPECTED, NAMES, OUTPUTS, TARGETS
from expected import metric_of
from showing import KINDS, fresh, make_batch, show

from pkg.engine.state import Loss
from pkg.task.metrics import Metrics
from pkg.task.objective import BROKEN, Objective, Tags
from pkg.task.scores import Scores
from pkg.task.spans import count_spans, words_of


def test_words_are_counted_whatever_stands_between_them() -> None:
    metrics, apart = fresh(), fresh()
    show(metrics, slice(None))
    outputs, targets = torch.full((4, 14), -1), torch.full((4, 14), -1)
    outputs[:, ::2], targets[:, ::2] = OUTPUTS, TARGETS  # a token more after each
    tags = Tags(outputs, KINDS)
    apart.update(Loss(torch.tensor(10.0), 14.0, tags), make_batch(targets))
    assert apart.compute() == pytest.approx(metrics.compute())


def test_words_stand_side_by_side() -> None:
    labels = torch.tensor([[-1, 3, -1, 4, 0, -1], [1, -1, -1, -1, -1, 2]])
    assert words_of(labels, labels >= 0).tolist() == [
        [3, 4, 0, -1, -1, -1],
        [1, 2, -1, -1, -1, -1],
    ]


@pytest.mark.parametrize(
    ("predicted", "true", "counts"),
    [
        ([1, 2, 2], [1, 2, 2], (1, 1, 1)),
        ([1, 2, 0], [1, 2, 2], (0, 1, 1)),  # too short
        ([1, 2, 2], [1, 2, 0], (0, 1, 1)),  # too long
        ([1, 1, 2], [1, 2, 2], (0, 2, 1)),  # two for one
        ([3, 4, 4], [1, 2, 2], (0, 1, 1)),  # another kind
        ([2, 2, 2], [1, 2, 2], (0, 0, 1)),  # nothing begins it
        ([1, 4, 2], [1, 0, 0], (1, 1, 1)),  # what goes on nothing is nothing
        ([1, 2, 3], [1, 2, 3], (2, 2, 2)),  # beside each other
        ([0, 0, 1], [0, 0, 1], (1, 1, 1)),  # at the end
        ([1, BROKEN, 2], [1, 2, 2], (0, 1, 1)),
    ],
)
def test_an_entity_is_right_as_a_whole(
    predicted: list[int], true: list[int], counts: tuple[int, int, int]
) -> None:
    found = count_spans(torch.tensor([predicted]), torch.tensor([true]), KINDS)
    assert tuple(int(each.sum()) for each in found) == counts


def test_plain_labels_are_means_over_labels() -> None:
    metrics = Metrics(3)
    predicted, true = torch.tensor([[0, 0, 0, 1]]), torch.tensor([[0, 0, 1, 1]])
    metrics.update(Loss(torch.tensor(1.0), 4.0, Tags(predicted, None)), make_batch(true))
    expected = {
        "loss": 1 / 4,
        "f1": (2 * 2 / 5 + 2 / 3) / 2,  # the third label is nowhere
        "precision": (2 / 3 + 1) / 2,
        "recall": (1 + 1 / 2) / 2,
        "accuracy": 3 / 4,
    }
    assert metrics.compute() == pytest.approx(expected)
    scores = Scores(predicted, true, Objective(), 3)
    assert scores(torch.arange(1)) | {"loss": 1 / 4} == pytest.approx(expected)
    assert "avg:macro" in scores.signatures["f1"]


def test_words_whose_outputs_are_not_finite_do_not_count() -> None:
    metrics, outputs = fresh(), OUTPUTS.clone()
    outputs[1, 2] = BROKEN  # one of the wrong ones
    show(metrics, slice(None), outputs)
    assert metrics.compute()["accuracy"] == pytest.approx(10 / 13)


def test_no_entity_anywhere_has_no_f1() -> None:
    metrics, nothing = fresh(), torch.zeros(1, 3).long()
    metrics.update(Loss(torch.tensor(1.0), 3.0, Tags(nothing, KINDS)), make_batch(nothing))
    found = metrics.compute()
    assert math.isnan(found["f1"])
    assert found["accuracy"] == 1


def test_a_draw_counts_sentences_as_often_as_they_are_drawn() -> None:
    scores = Scores(OUTPUTS, TARGETS, Objective(KINDS), len(NAMES))
    everything = {name: x for name, x in EXPECTED.items() if name != "loss"}
    assert scores(torch.arange(4)) == pytest.approx(everything)
    assert scores.signatures["f1"] == "f1|avg:micro|mode:strict|scheme:iob2"
    drawn = torch.tensor([0, 0, 2])  # 5 true, 5 predicted, 4 hits
    assert scores(drawn)["f1"] == pytest.approx(4 / 5)
    name, value = metric_of(OUTPUTS[drawn], TARGETS[drawn])
    assert scores(drawn)[name] == pytest.approx(value)


def test_each_label_has_its_words_and_each_kind_its_entities() -> None:
    scores = Scores(OUTPUTS, TARGETS, Objective(KINDS), len(NAMES))
    scores(torch.arange(4))
    rows = dict(zip(NAMES, scores.each(), strict=True))
    assert rows["B-LOC"] == pytest.approx(
        {
            **{"words": 2, "word_f1": 2 * 2 / 5, "word_precision": 2 / 3, "word_recall": 1},
            **{"entities": 2, "f1": 2 * 1 / 5, "precision": 1 / 3, "recall": 1 / 2},
        }
    )
    assert rows["I-LOC"]["word_recall"] == 0
    assert "entities" not in rows["I-LOC"]
    assert rows["B-PER"]["recall"] == 1 / 2
