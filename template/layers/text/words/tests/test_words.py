"""Labels at the first token of words, whatever the tokenizer; what is cut off; what is odd."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from samples import (
    LABELS,
    load_synthetic,
    make_sentence,
    make_settings,
    put_in_place,
)

from pkg.data.doctor import examine
from pkg.data.examples import (
    encode,
    make_examples,
    train_tokenizers,
)
from pkg.data.schemes import find_illegal, find_scheme

KINDS = ["bpe", "unigram", "characters", "bytes", "words"]


def encoded(**changes: Any) -> tuple[Any, Any, Any]:
    """Return the synthetic sentences, their tokenizer and their tokens."""
    settings = replace(make_settings(), **changes)
    examples = make_examples(load_synthetic(), settings, None)
    tokenizers = train_tokenizers(examples, torch.arange(30), settings)
    return examples, tokenizers["sentence"], encode(examples, tokenizers, settings)


@pytest.mark.parametrize("kind", KINDS)
def test_each_word_has_its_label_at_its_first_token(kind: str) -> None:
    examples, tokenizer, encoding = encoded(tokenizer=kind, max_length=64)
    assert examples.output_names == LABELS
    tokens, labels = (column.padded(torch.arange(50)) for column in encoding.columns)
    for number in range(30):
        ids, row = tokens[number].tolist(), labels[number].tolist()
        starts = [place for place, label in enumerate(row) if label >= 0]
        pieces = [ids[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)]
        words = [tokenizer.decode(piece).strip() for piece in pieces]
        found = zip(words, [LABELS[row[place]] for place in starts], strict=True)
        assert [*found] == make_sentence(number)


def test_words_that_are_cut_off_are_counted() -> None:
    whole, cut = (encoded(tokenizer="words", max_length=most)[2] for most in (64, 5))
    assert whole.said == ()
    lost = [(sentence, len(sentence) - 3) for sentence in map(make_sentence, range(50))]
    words = sum(count for _, count in lost if count > 0)
    assert f"{words} words lose their labels" in cut.said[0]
    assert cut.columns.inputs.lengths.max() == 5


def test_labels_keep_their_scheme_and_are_learnt_as_iob2() -> None:
    settings, found = make_settings(), load_synthetic()
    before = make_examples(found, settings, None)
    single = [
        [f"S-{x[2:]}" if x[0] == "B" and after[0] != "I" else x for x, after in pairs]
        for pairs in (zip(row, [*row[1:], "O"], strict=True) for row in found.columns["tags"])
    ]
    found.columns["tags"] = [[x.replace("I-", "E-") for x in row] for row in single]
    after = make_examples(found, settings, None)
    assert (before.targets.scheme, after.targets.scheme) == ("IOB2", "IOBES")
    assert after.targets.rows.values.equal(before.targets.rows.values)


def test_a_label_that_goes_on_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    labels = ["O", "I-LOC", "I-LOC", "B-PER", "I-PER", "B-PER"]
    assert find_scheme([labels]) == "IOB2"
    assert [word for word, _ in find_illegal(labels, "IOB2")] == [1]
    put_in_place(monkeypatch)
    found = load_synthetic()
    found.columns["tags"][7][3] = "I-LOC"
    monkeypatch.setattr("pkg.data.doctor.load_rows", lambda *_: found)
    problems = [each for each in examine(make_settings()).findings if "is no IOB2" in each.problem]
    assert problems[0].place == "synthetic line 8, word 4"
