"""Labels of words: how they are numbered, what a batch must hold, what is counted in training."""

from typing import Any

import pytest
import torch
from samples import make_settings
from showing import make_batch

from pkg.data.word_labels import WordLabels
from pkg.data.word_places import WordPlaces
from pkg.engine.errors import UserError
from pkg.task.targets import (
    check_batch,
    describe_targets,
    encode_targets,
)

TARGETS = torch.tensor([[-1, 0, 2, -1], [-1, 1, -1, -1]])


def encode(labels: list[list[str]], names: list[str] | None = None) -> tuple[WordLabels, list[str]]:
    """Return the labels of sentences, each on a line of its own."""
    settings: Any = type("Settings", (), {"class_names": names})
    places = [f"a.conll line {number}" for number in range(1, len(labels) + 1)]
    return encode_targets(settings, labels, WordPlaces(places))


def numbers(labels: WordLabels) -> list[list[int]]:
    """Return the numbers of the labels of each sentence."""
    rows = labels.rows.padded(torch.arange(len(labels.texts)))
    return [[k for k in row if k >= 0] for row in rows.tolist()]


def test_entities_are_learnt_as_iob2_whatever_their_scheme() -> None:
    for scheme, sentence in {
        "IOBES": ["S-B", "O", "B-A", "I-A", "E-A"],
        "BILOU": ["U-B", "O", "B-A", "I-A", "L-A"],
        "IOB1": ["I-B", "O", "I-A", "I-A", "I-A"],
        "IOE2": ["E-B", "O", "I-A", "I-A", "E-A"],
    }.items():
        found, names = encode([sentence, ["O"]])
        assert names == ["O", "B-A", "I-A", "B-B", "I-B"]
        assert found.scheme == scheme
        assert numbers(found) == [[3, 0, 1, 2, 2], [0]]
        assert found.texts[0] == sentence


def test_plain_labels_are_sorted() -> None:
    found, names = encode([["VERB", "NOUN"], ["ADJ"]])
    assert (found.scheme, names, numbers(found)) == (
        "plain",
        ["ADJ", "NOUN", "VERB"],
        [[2, 1], [0]],
    )


def test_labels_have_the_order_that_is_given() -> None:
    given = ["O", "B-B", "I-B", "B-A", "I-A"]
    for names in (given, ["B", "A"]):  # labels, or kinds of entities
        found, outputs = encode([["B-A", "O"]], names)
        assert (outputs, numbers(found)) == (given, [[3, 0]])
    found, outputs = encode([["O", "O"]], given)  # no entity says that these are entities
    assert (found.scheme, outputs) == ("IOB2", given)


def test_numbers_stand_for_the_names_that_are_given() -> None:
    names = ["O", "B-A", "I-A"]
    found, outputs = encode([["1", "2", "0"], ["1"]], names)
    assert (found.scheme, outputs, numbers(found)) == ("IOB2", names, [[1, 2, 0], [1]])
    found, outputs = encode([["1", "0"]])
    assert (found.scheme, outputs) == ("plain", ["0", "1"])
    with pytest.raises(UserError, match=r"word 2: '3' is not a label of data\.class_names"):
        encode([["0", "3"]], names)


@pytest.mark.parametrize(
    ("labels", "names", "message"),
    [
        ([["O"], ["B-A", "B-C"]], ["O", "B-A", "I-A"], r"line 2, word 2: 'B-C' is not a label of"),
        ([["X"]], ["Y"], r"line 1, word 1: 'X' is not a label of data\.class_names \['Y'\]"),
        ([["B-A", "O"], ["I-A", "0"]], None, r"line 2, word 2: '0' is neither O nor a label of"),
    ],
)
def test_strange_labels_are_refused_by_word(
    labels: list[list[str]], names: list[str] | None, message: str
) -> None:
    with pytest.raises(UserError, match=rf"^a\.conll {message}"):
        encode(labels, names)


def test_the_line_of_a_word_is_named_where_it_is_known() -> None:
    places = WordPlaces(["b/a.conll line 7"], [[7, 8, 12]])
    assert places.of(0, 2) == "b/a.conll line 12"


def test_labels_are_counted_in_the_training_split() -> None:
    found, names = encode([["B-A", "I-A"], ["O", "B-A"], ["O", "O"]])
    assert describe_targets(found, torch.tensor([0, 2]), names) == {
        "scheme": "IOB2",
        "spans": True,
        "num_train": 2,
        "class_counts": [2, 1, 1],
    }
    with pytest.raises(UserError, match=r"two labels or more need words .* there are: O 2"):
        describe_targets(found, torch.tensor([2]), names)


def test_a_batch_of_labels_passes() -> None:
    check_batch(make_batch(TARGETS), 3)


@pytest.mark.parametrize(
    ("targets", "message"),
    [
        (TARGETS.float(), r"labels are torch\.float32 \[2, 4\]"),
        (TARGETS[:, :2], r"labels are torch\.int64 \[2, 2\] .* not int64 \[2, 4\]"),
        (TARGETS + 1, "from 0 to 3, not int64 .* from -1 to 2"),
        (TARGETS - 1, "from -2 to 1, not"),
        (torch.full_like(TARGETS, -1), "no word of 2 sentences has a label"),
    ],
)
def test_other_labels_are_refused(targets: torch.Tensor, message: str) -> None:
    with pytest.raises(UserError, match=rf"data\.dataset_path: .*{message}"):
        check_batch(make_batch(targets, torch.zeros_like(TARGETS)), 3)


def test_labels_beyond_the_end_are_refused() -> None:
    inputs = torch.tensor([[5, 5, 5, -1], [5, -1, -1, -1]])
    with pytest.raises(UserError, match="beyond the end of a sentence"):
        check_batch(make_batch(TARGETS, inputs), 3)


def test_settings_refuse_names_that_stand_twice() -> None:
    with pytest.raises(ValueError, match=r"data\.class_names cannot be"):
        type(make_settings())(class_names=["O", "O"])
