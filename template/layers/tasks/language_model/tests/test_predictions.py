"""What is said of a text that was continued, and the parts of the metrics that counts decide."""

import math

import pytest
import torch
from counted import EXPECTED, OUTPUTS, TARGETS
from samples import make_info
from showing import fresh, show_training

from pkg.models.decoding import Decoding
from pkg.task.metrics import Metrics
from pkg.task.objective import Continued, Objective
from pkg.task.predictions import FORMATS, answer
from pkg.task.scores import Scores
from pkg.task.settings import OUTPUTS as FILES


def test_tokens_become_text() -> None:
    info = make_info(["next token"])
    from pkg.data.schema import Schema

    tokenizer = Schema(**info.schema).make_tokenizer()
    [tokens] = tokenizer.encode(["abé"], special=False)
    padded = torch.tensor([*tokens, tokenizer.end, -1])
    found = answer(Continued(padded, torch.tensor(1.5)), info)
    assert found == {"continuation": "abé", "bits_per_byte": 1.5}
    assert answer(Continued(padded, torch.tensor(-1.0)), info) == {"continuation": "abé"}


def test_training_counts_no_hits() -> None:
    metrics = fresh()
    show_training(metrics, slice(None))
    expected = {name: value for name, value in EXPECTED.items() if name != "accuracy"}
    assert metrics.compute() == pytest.approx(expected)


def test_windows_are_drawn_as_a_whole() -> None:
    scores = Scores(OUTPUTS, TARGETS, Objective(0.0, Decoding(), 3), 1)
    assert scores(torch.arange(4)) == pytest.approx(EXPECTED)
    drawn = scores(torch.tensor([2, 2, 3]))
    assert drawn["bits_per_byte"] == pytest.approx((6 + 6 + 2) / (7 + 7 + 1))
    assert drawn["perplexity"] == pytest.approx(2 ** (14 / 7))
    assert drawn["accuracy"] == pytest.approx((1 + 1 + 1) / 7)
    assert scores.each() == [
        pytest.approx(
            {"tokens": 7, "bytes": 15}
            | {name: value for name, value in drawn.items() if name != "loss"}
        )
    ]
    assert scores.signatures["bits_per_byte"] == "bpb|bytes:utf8|ctx:3|stride:3"
    assert scores.signatures.keys() == Metrics.signatures.keys()


def test_losses_beyond_numbers_are_still_numbers() -> None:
    outputs = OUTPUTS._replace(losses=OUTPUTS.losses + 1e4)
    found = Scores(outputs, TARGETS, Objective(0.0, Decoding(), 3), 1)(torch.arange(4))
    assert all(math.isfinite(value) for value in found.values())


def test_help_names_every_format() -> None:
    assert all(suffix in FILES for suffix in FORMATS)
