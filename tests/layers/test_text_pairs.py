"""Pairs of texts: their columns, their two vocabularies, and what the doctor says of them."""

from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pairs import PAIRS, write
from texts import findings, load

UserError = PAIRS.UserError
Tokenizers = PAIRS.load("data.training_tokenizers")
Vocabulary = PAIRS.load("data.vocabulary").Vocabulary
ROWS = [[f"a{k} b", f"c d{k}"] for k in range(40)]


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (("source", "target"), ["source", "target"]),
        (("tgt", "src"), ["src", "tgt"]),
        (("en", "de"), ["en", "de"]),  # of which the first one is the source
        (("Summary", "Article"), ["Article", "Summary"]),
        (("Output", "x"), ["x", "Output"]),
        (("input", "y"), ["input", "y"]),
    ],
)
def test_columns_are_found_and_said(
    tmp_path: Path,
    header: tuple[str, str],
    columns: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = write(tmp_path / "t.csv", ROWS, *header)
    info = load(path, PAIRS)[0].info
    assert [info.schema["columns"][role] for role in ("source", "target")] == columns
    assert info.output_names == columns[1:]
    source, target = map(repr, columns)
    assert f"sources are in column {source}, targets in {target}" in capsys.readouterr().out


def test_columns_that_are_set_are_taken(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.csv",
        [[*row, f"x y{k}"] for k, row in enumerate(ROWS)],
        "source",
        "target",
        "note",
    )
    chosen: dict[str, Any] = {"source_column": "note", "target_column": "source"}
    columns = load(path, PAIRS, **chosen)[0].info.schema["columns"]
    assert columns == {"source": "note", "target": "source"}
    with pytest.raises(UserError, match=r"data\.target_column asks for 'nte', .* mean 'note'"):
        load(path, PAIRS, target_column="nte")


def test_columns_that_nothing_tells_apart_are_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", [[*row, "x"] for row in ROWS], "en", "de", "fr")
    with pytest.raises(UserError, match=r"data\.source_column: which column holds the sources\?"):
        load(path, PAIRS)
    with pytest.raises(UserError, match=r"data\.target_column: .*'en', 'de', 'fr'"):
        load(path, PAIRS, source_column="fr")


def test_the_columns_of_the_training_are_those_of_other_data(tmp_path: Path) -> None:
    first = load(write(tmp_path / "t.csv", ROWS, "en", "de"), PAIRS)[0].info
    other = write(tmp_path / "o.csv", [[b, a] for a, b in ROWS], "de", "en")
    batch = next(load(other, PAIRS, info=first, whole=True)[0].batches())
    texts = PAIRS.load("references").unpack(batch.targets)
    assert all(text.startswith("c d") for [text] in texts)


def test_a_language_in_an_object_is_a_column(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    lines = [f'{{"translation": {{"en": "{a}", "de": "{b}"}}}}' for a, b in ROWS]
    path.write_text("\n".join(lines))
    assert load(path, PAIRS)[0].info.schema["columns"] == {"source": "en", "target": "de"}


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_targets_of_all_of_unicode_come_back(texts: list[str]) -> None:
    for kind in ("bpe", "unigram", "characters", "bytes"):
        target = TRAINED[kind]
        for roles in ({"source": target}, {"source": TRAINED["words"], "target": target}):
            vocabulary = Vocabulary(roles)
            rows = vocabulary.encode_targets(texts)
            longest = max(map(len, rows))
            tokens = torch.tensor([row + [-1] * (longest - len(row)) for row in rows])
            assert vocabulary.read(tokens) == texts
            assert all(vocabulary.offset <= i < vocabulary.size for row in rows for i in row)


TRAINED = {
    kind: Tokenizers.train_tokenizer(["ab ba", "der Käfer"], kind, 300, start=False)
    for kind in ("bpe", "unigram", "characters", "bytes", "words")
}


def test_a_tokenizer_learns_from_its_own_side(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", ROWS, "source", "target")
    info = load(path, PAIRS, tokenizer="words", target_tokenizer="words")[0].info
    tokenizers = PAIRS.load("data.schema").Schema(**info.schema).make_tokenizers()
    known = {role: set(each.library.get_vocab()) for role, each in tokenizers.items()}
    assert "b" in known["source"] - known["target"]
    assert "c" in known["target"] - known["source"]
    assert info.input_shape[0] == sum(each.size for each in tokenizers.values())
    shared = load(path, PAIRS, tokenizer="words")[0].info
    [both] = PAIRS.load("data.schema").Schema(**shared.schema).make_tokenizers().values()
    assert {"b", "c"} <= set(both.library.get_vocab())


def test_sources_alone_are_no_text(tmp_path: Path) -> None:
    vocabulary = Vocabulary({"source": TRAINED["bytes"], "target": TRAINED["words"]})
    [ids] = vocabulary.encode_targets(["ab ba"])
    assert vocabulary.read_row([5, *ids[:1], 70, *ids[1:], -1]) == "ab ba"


def odd(path: Path, word: str, **changes: Any) -> list[str]:
    """Return the findings that hold a word."""
    return [each for each in findings(path, PAIRS, **changes) if word in each]


def test_targets_that_are_their_source_are_found(tmp_path: Path) -> None:
    rows = [[a, a if k < 5 else b] for k, (a, b) in enumerate(ROWS)]
    found = odd(write(tmp_path / "t.csv", rows, "source", "target"), "source")
    found = [each for each in found if "sources are in" not in each]
    assert len(found) == 4
    assert "5 targets are their source, 12% of the pairs: a model learns to copy" in found[0]
    assert "t.csv line 2: the target is the source: 'a0 b' → 'a0 b'" in found[1]
    assert not odd(write(tmp_path / "u.csv", ROWS, "source", "target"), "copy")


def test_sources_of_several_targets_are_found(tmp_path: Path) -> None:
    rows = [*ROWS, ["a1 b", "other"], ["a1 b", "c d1"]]
    path = write(tmp_path / "t.csv", rows, "source", "target")
    [found] = odd(path, "several targets")
    assert "1 sources have several targets: 'a1 b' has 2, as 'c d1', 'other'" in found
    [again] = odd(path, "pairs come again")
    assert "1 pairs come again" in again


def test_lines_that_have_slipped_are_found(tmp_path: Path) -> None:
    rows = [["word " * (1 + k % 9), "wort " * (1 + k % 9)] for k in range(60)]
    slipped = [[a, rows[(k + 1) % 60][1]] for k, (a, _) in enumerate(rows)]
    assert not odd(write(tmp_path / "t.csv", rows, "source", "target"), "lines have slipped")
    found = odd(write(tmp_path / "u.csv", slipped, "source", "target"), "an odd length")
    assert len(found) == 3
    [warning] = odd(tmp_path / "u.csv", "lines have slipped")
    assert "7 targets are 3 times longer or shorter" in warning


def test_the_same_pair_in_two_given_splits_is_found(tmp_path: Path) -> None:
    rows = [[a, b, ["train", "val", "test"][k % 3]] for k, (a, b) in enumerate(ROWS)]
    rows.append([*ROWS[0], "test"])
    found = odd(write(tmp_path / "t.csv", rows, "source", "target", "split"), "is the same text")
    assert len(found) == 1
    assert "(train) is the same text as" in found[0]
    assert "(test)" in found[0]


def test_most_of_a_batch_is_no_padding(tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(0)
    lengths = (3 + 30 * torch.rand(4000, generator=generator) ** 3).int().tolist()
    rows = [[f"w{k} " * n, "x " * int(n * 1.2)] for k, n in enumerate(lengths)]
    path = write(tmp_path / "t.csv", rows, "source", "target")
    loader = load(path, PAIRS, batch_size=32, tokenizer="words")[0]
    useful, all_there = 0, 0
    for batch in loader.batches():
        for field in (batch.inputs, batch.labels):
            useful, all_there = useful + int((field >= 0).sum()), all_there + field.numel()
    assert useful / all_there > 0.9
