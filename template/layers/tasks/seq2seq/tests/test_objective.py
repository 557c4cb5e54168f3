"""The loss is that of each token after the true ones; texts are generated in validation alone."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from samples import make_info, make_tokenizer
from torch import Tensor, nn

from pkg.batch import Batch
from pkg.data.ragged import Ragged
from pkg.references import pack
from pkg.task.objective import Objective, build_objective
from pkg.task.settings import TaskSettings

CPU = torch.device("cpu")
TOKENIZER = make_tokenizer()
TEXTS = ["3 1", "4 1 5 9"]


def as_rows(rows: list[list[int]]) -> Tensor:
    """Return rows as int64 [B, T], -1 beyond the end of each."""
    return Ragged.of(rows).padded(torch.arange(len(rows)))


BATCH = Batch(
    as_rows(TOKENIZER.encode(["13", "9514"])),
    as_rows(TOKENIZER.encode(TEXTS)),
    as_rows([pack([text]) for text in TEXTS]),
    torch.arange(2),
)


class Told(nn.Module):
    """A model that notes how it is asked, and writes the first text for every source."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = list[dict[str, Any]]()
        generator = torch.Generator().manual_seed(0)
        self.logits = torch.randn(*BATCH.labels.shape, TOKENIZER.size, generator=generator)

    def forward(self, sources: Tensor, targets: Tensor) -> Tensor:
        assert sources is BATCH.inputs
        assert targets is BATCH.labels
        return self.logits

    def generate(self, sources: Tensor, longest: int, end: int, **options: Any) -> Tensor:
        self.asked.append({"longest": longest, "end": end, "drawn": torch.rand(()), **options})
        return BATCH.labels[:1].repeat(len(sources), 1)


def build(**settings: Any) -> Objective:
    return build_objective(TaskSettings(**settings), make_info(["backwards"]), CPU)


def test_the_loss_is_the_sum_over_tokens() -> None:
    model = Told().train()
    loss = build()(model, BATCH)
    chances = model.logits.log_softmax(2)
    pairs = [(i, t, int(k)) for i in range(2) for t, k in enumerate(BATCH.labels[i]) if k >= 0]
    assert float(loss.total) == pytest.approx(-sum(float(chances[pair]) for pair in pairs))
    assert float(loss.weight) == len(pairs) == 4 + 8
    right = [float(model.logits[i, t].argmax() == k) for i, t, k in pairs]
    assert loss.outputs.sum(0).tolist() == [sum(right), len(pairs)]
    assert not model.asked


def test_labels_are_smoothed_in_training_alone() -> None:
    model, objective = Told(), build(label_smoothing=0.2)
    smooth = objective(model.train(), BATCH)
    plain = objective(model.eval(), BATCH)
    flat, labels = model.logits.flatten(0, 1), BATCH.labels.flatten()
    options: dict[str, Any] = {"ignore_index": -1, "reduction": "sum"}
    expected = F.cross_entropy(flat, labels, label_smoothing=0.2, **options)
    torch.testing.assert_close(smooth.total, expected)
    torch.testing.assert_close(plain.total, F.cross_entropy(flat, labels, **options))


def test_a_validation_generates_greedily_and_compares_texts() -> None:
    model = Told().eval()
    loss = build(num_beams=4)(model, BATCH)
    [asked] = model.asked
    assert asked["longest"] == 5  # the longest that trains
    assert asked["end"] == TOKENIZER.end
    assert asked.keys() == {"longest", "end", "drawn"}
    found = loss.outputs[:, 2:8].tolist()  # texts, equal, edits and lengths of words and characters
    assert found == [[1, 1, 0, 2, 0, 3], [1, 0, 3, 4, 5, 7]]


def test_a_validation_need_not_generate() -> None:
    model = Told().eval()
    loss = build(generate=False)(model, BATCH)
    assert loss.outputs.shape == (2, 2)
    assert not model.asked


def test_predictions_search_as_the_settings_say_and_disturb_nothing() -> None:
    model = Told().eval()
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for seed in (0, 0, 1):
        build(temperature=0.5, top_k=3, max_new_tokens=7, generation_seed=seed).predict(
            model, BATCH
        )
    assert torch.get_rng_state().equal(before)
    first, again, other = model.asked
    assert first == again
    assert first["drawn"] != other["drawn"]
    assert {name: first[name] for name in ("longest", "temperature", "top_k", "num_beams")} == {
        **{"longest": 7, "temperature": 0.5, "top_k": 3, "num_beams": 1}
    }


def test_what_is_not_finite_counts_for_no_accuracy() -> None:
    model = Told().eval()
    model.logits[0, 0] = torch.nan
    loss = build(generate=False)(model, BATCH)
    assert loss.outputs[:, 1].tolist() == [3, 8]
