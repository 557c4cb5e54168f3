"""Labels of words: their schemes, and entities counted as seqeval counts them."""

import random
from collections.abc import Sequence
from itertools import product
from typing import Any

import pytest
import torch
from seqeval import scheme as schemes_of_seqeval
from seqeval.metrics import classification_report, f1_score, precision_score, recall_score
from stacks import stack
from words import SHARED

TOKENS = stack(*SHARED)
NAMES = ["O", "B-A", "I-A", "B-B", "I-B"]
SCHEMES = TOKENS.load("data.schemes")
KNOWN = ["IOB1", "IOB2", "IOE1", "IOE2", "IOBES", "BILOU", "BMES"]
LETTERS = {"IOBES": "BIES", "BILOU": "BILU", "BMES": "BMES"}  # begin, inside, end, single


def draw_spans(chance: random.Random, length: int) -> list[tuple[str, int, int]]:
    """Return entities in a sentence of so many words, some of them beside each other."""
    spans, word = list[tuple[str, int, int]](), 0
    while word < length:
        end = min(length, word + chance.randint(1, 3))
        if chance.random() < 0.7:
            spans.append((chance.choice("AB"), word, end))
        word = end
    return spans


def write(spans: Sequence[tuple[str, int, int]], length: int, scheme: str) -> list[str]:
    """Return the labels of a sentence in a scheme."""
    labels = ["O"] * length
    before = [(kind, end) for kind, _, end in spans]
    after = [(kind, start) for kind, start, _ in spans]
    for kind, start, end in spans:
        begin, inside, last, single = LETTERS.get(scheme, "IIII")
        first = begin if end - start > 1 else single
        labels[start:end] = [f"{inside}-{kind}"] * (end - start)
        labels[end - 1] = f"{last}-{kind}"
        labels[start] = f"{first}-{kind}"
        if scheme == "IOB2" or (scheme == "IOB1" and (kind, start) in before):
            labels[start] = f"B-{kind}"
        if scheme == "IOE2" or (scheme == "IOE1" and (kind, end) in after):
            labels[end - 1] = f"E-{kind}"
    return labels


@pytest.mark.parametrize("scheme", KNOWN)
def test_each_scheme_is_recognised_and_read(scheme: str) -> None:
    chance = random.Random(0)
    truth = [draw_spans(chance, 9) for _ in range(40)]
    sentences = [write(spans, 9, scheme) for spans in truth]
    assert SCHEMES.find_scheme(sentences) == scheme
    for spans, labels in zip(truth, sentences, strict=True):
        assert [tuple(span) for span in SCHEMES.find_spans(labels, scheme)] == spans
        assert [*SCHEMES.find_illegal(labels, scheme)] == []
        iob2 = SCHEMES.write_iob2(SCHEMES.find_spans(labels, scheme), 9)
        assert iob2 == write(spans, 9, "IOB2")


@pytest.mark.parametrize("scheme", ["IOB1", "IOB2", "IOE2", "IOBES", "BILOU"])  # seqeval's own
def test_legal_labels_mean_what_seqeval_reads(scheme: str) -> None:
    chance = random.Random(1)
    reads = getattr(schemes_of_seqeval, scheme)
    for _ in range(100):
        labels = write(draw_spans(chance, 7), 7, scheme)
        [entities] = schemes_of_seqeval.Entities([labels], reads).entities
        expected = [(each.tag, each.start, each.end) for each in entities]
        assert [tuple(span) for span in SCHEMES.find_spans(labels, scheme)] == expected


@pytest.mark.parametrize(
    ("labels", "scheme"),
    [
        (["NOUN", "VERB"], "plain"),
        (["O", "O"], "plain"),
        (["B", "I", "O"], "plain"),
        (["B-A", "O"], "IOB2"),
        (["I-A", "O"], "IOB1"),
        (["I-A", "B-A"], "IOB1"),
        (["B-A", "I-A", "O", "I-B"], "IOB2"),  # as many begin with B as with I
        (["B-A", "O", "I-A", "O", "I-B"], "IOB1"),  # more begin with I
        (["B-A", "E-A"], "IOBES"),
        (["O", "U-A"], "BILOU"),
        (["B_A", "I_A", "O"], "IOB2"),
    ],
)
def test_few_labels_have_the_scheme_that_fits_best(labels: list[str], scheme: str) -> None:
    assert SCHEMES.find_scheme([labels]) == scheme


@pytest.mark.parametrize(
    ("labels", "scheme", "illegal"),
    [
        (["O", "I-A", "I-A", "B-B", "I-A"], "IOB2", [1, 4]),
        (["B-A", "I-A", "B-A", "O", "B-B"], "IOB1", [0, 4]),
        (["I-A", "O", "I-A", "E-B", "I-B"], "IOE2", [0, 2, 4]),
        (["E-A", "I-A", "E-A"], "IOE1", [2]),
        (["B-A", "O", "E-A", "S-A", "I-A", "B-A"], "IOBES", [0, 2, 4, 5]),
        (["B-A", "L-B", "U-A"], "BILOU", [1]),
        (["X", "Y"], "plain", []),
    ],
)
def test_illegal_labels_are_found(labels: list[str], scheme: str, illegal: list[int]) -> None:
    found = SCHEMES.find_illegal(labels, scheme)
    assert sorted({word for word, _ in found}) == illegal
    assert all(" after " in problem and scheme in problem for _, problem in found)


def kinds() -> Any:
    return TOKENS.load("task.spans").Kinds.of(NAMES, torch.device("cpu"))


def test_every_short_sentence_has_the_entities_of_seqeval() -> None:
    sentences = [*product(range(5), repeat=4)]  # 625, most of them illegal
    labels = torch.tensor(sentences)
    chance = torch.Generator().manual_seed(0)
    true = labels[torch.randperm(len(labels), generator=chance)]
    counts = TOKENS.load("task.spans").count_spans(labels, true, kinds())
    read = {
        sentence: {(each.tag, each.start, each.end) for each in entities}
        for sentence, entities in zip(
            sentences,
            schemes_of_seqeval.Entities(
                [[NAMES[k] for k in sentence] for sentence in sentences], schemes_of_seqeval.IOB2
            ).entities,
            strict=True,
        )
    }
    for row, (one, other) in enumerate(zip(sentences, true.tolist(), strict=True)):
        mine, theirs = read[one], read[tuple(other)]
        expected = (len(mine & theirs), len(mine), len(theirs))
        assert tuple(int(each[row].sum()) for each in counts) == expected, (one, other)


def measure(predicted: torch.Tensor, true: torch.Tensor) -> tuple[dict[str, float], list[Any]]:
    """Return metrics, and those of each label, of labels [N, W]; below 0 there is no word."""
    scores_of, objective = TOKENS.load("task.scores").Scores, TOKENS.load("task.objective")
    scores = scores_of(predicted, true, objective.Objective(kinds()), len(NAMES))
    return scores(torch.arange(len(true))), scores.each()


@pytest.mark.parametrize("seed", range(6))
def test_metrics_are_those_of_seqeval_in_its_strict_mode(seed: int) -> None:
    chance = torch.Generator().manual_seed(seed)
    true = torch.randint(5, (60, 12), generator=chance)
    noise = torch.rand(60, 12, generator=chance) < 0.2
    predicted = true.where(~noise, torch.randint(5, (60, 12), generator=chance))
    lengths = torch.randint(1, 13, (60, 1), generator=chance)
    outside = torch.arange(12) >= lengths
    true, predicted = true.where(~outside, -1), predicted.where(~outside, -1)
    sides = [
        [[NAMES[k] for k in row if k >= 0] for row in labels.tolist()]
        for labels in (true, predicted)
    ]
    strict = {"mode": "strict", "scheme": schemes_of_seqeval.IOB2}
    found, rows = measure(predicted, true)
    assert found["f1"] == pytest.approx(f1_score(*sides, **strict))
    assert found["precision"] == pytest.approx(precision_score(*sides, **strict))
    assert found["recall"] == pytest.approx(recall_score(*sides, **strict))
    report = classification_report(*sides, output_dict=True, **strict)
    for kind in "AB":
        row = rows[NAMES.index(f"B-{kind}")]
        assert row["f1"] == pytest.approx(report[kind]["f1-score"])
        assert row["entities"] == report[kind]["support"]
    assert 0.1 < found["f1"] < 0.9


def test_the_lenient_count_is_another_number() -> None:
    true, predicted = [["O", "B-A", "I-A"]], [["O", "I-A", "I-A"]]
    assert f1_score(true, predicted) == 1  # seqeval's default
    found, _ = measure(torch.tensor([[0, 2, 2]]), torch.tensor([[0, 1, 2]]))
    assert found["f1"] == 0


def test_strict_spans_are_what_the_metrics_count() -> None:
    for sentence in product(range(5), repeat=4):
        labels = [NAMES[k] for k in sentence]
        [entities] = schemes_of_seqeval.Entities([labels], schemes_of_seqeval.IOB2).entities
        expected = [(each.tag, each.start, each.end) for each in entities]
        found = SCHEMES.find_spans(labels, "IOB2", strict=True)
        assert [tuple(span) for span in found] == expected
