"""The doctor of texts: each wrong record by its file and line, and what there is in numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from texts import findings, load, made_up, settings, texts, write

CLASSES, NUMBERS, LABELS = texts(), texts("regression"), texts("multi_label")
WORDS = made_up(90, 3)


Rows = list[list[object]]


def rows_of(words: Sequence[str] = WORDS) -> Rows:
    return [[text, ["no", "yes"][k % 2]] for k, text in enumerate(words)]


def examined(path: Path, rows: Sequence[Sequence[object]], **changes: Any) -> list[str]:
    """Return what is found in rows, with the folder left out, but for the notes on columns."""
    write(path, rows, ["text", "label"])
    changes = {"max_length": 9999} | changes
    said = [text.replace(f"{path}", path.name) for text in findings(path, CLASSES, **changes)]
    return [text for text in said if "are those of column" not in text]


def test_good_texts_have_no_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.csv"
    assert not examined(path, rows_of())
    load(path, CLASSES, manifest=tmp_path / "splits.csv", max_length=9999)
    assert "data: 90 samples, nothing to report" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "error: a.csv line 6: the text is empty"),
        ("the caf\ufffd here", "warning: a.csv line 6: the text holds a character that could not"),
        ("a na\u00c3\u00afve text", "warning: a.csv line 6: the text holds UTF-8 that was read"),
        ("it\u00e2\u20ac\u2122s a text", "warning: a.csv line 6: the text holds UTF-8 that was"),
        ("a <br /> b", "note: a.csv line 6: the text holds marks of HTML: 'a <br /> b'"),
        ("fish &amp; chips", "note: a.csv line 6: the text holds marks of HTML"),
        ("a\x7fb", "warning: a.csv line 6: the text holds control characters"),
        ("e", "note: a.csv line 6: the text is one token, 'e'"),
    ],
)
def test_a_text_is_named_by_its_line(tmp_path: Path, text: str, expected: str) -> None:
    rows = rows_of()
    rows[4][0] = text
    [found] = examined(tmp_path / "a.csv", rows)
    assert found.startswith(expected)


@pytest.mark.parametrize(
    "text", ["caf\u00e9 \u00c5ngstr\u00f6m", "a < b & c", "\u00c2 vous", "3 <5"]
)
def test_good_characters_are_left_alone(tmp_path: Path, text: str) -> None:
    rows = rows_of()
    rows[4][0] = text
    assert not examined(tmp_path / "a.csv", rows)


def test_broken_rows_are_an_error_where_they_are_too_many(tmp_path: Path) -> None:
    rows = rows_of()
    rows[4][0], rows[5][1] = "", ""
    path = tmp_path / "a.csv"
    assert [text.partition(":")[0] for text in examined(path, rows)] == ["error", "error"]
    found = examined(path, rows, max_unreadable=0.1)
    assert found[0].startswith("warning: a.csv line 6: the text is empty")
    assert found[1].startswith("warning: a.csv line 7: the target is missing, column 'label'")


def test_copies_are_named_with_their_splits_and_targets(tmp_path: Path) -> None:
    rows: Rows = [*rows_of(), [WORDS[3], "yes"], [WORDS[7], "no"]]
    found = examined(tmp_path / "a.csv", rows)
    [against] = [text for text in found if "another target" in text]
    assert against.startswith("warning: a.csv line 9: ")
    assert "is the same text as a.csv line 93" in against
    [count] = [text for text in found if "2 of 92 texts are copies" in text]
    assert count.startswith("note: ")
    assert not [text for text in found if "metrics" in text]  # they are of one split


def test_copies_in_given_splits_are_warned_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, folder = rows_of(), tmp_path / "data"
    folder.mkdir()
    for name, part in (("train", rows[:60]), ("val", rows[60:75]), ("test", [*rows[75:], rows[0]])):
        write(folder / f"{name}.csv", part, ["text", "label"])
    found = [text for text in findings(folder, CLASSES, max_length=9999) if "metrics" in text]
    [text] = found
    assert f"{folder}/test.csv line 17" in text
    assert f"{folder}/train.csv line 2" in text
    assert "(test)" in text
    assert "(train)" in text
    load(folder, CLASSES, manifest=tmp_path / "splits.csv", max_length=9999)
    assert text in capsys.readouterr().out


def test_what_is_cut_and_not_known_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.csv", rows_of(), ["text", "label"])
    lengths = [len(text.encode()) + 2 for text in WORDS]
    cut = sum(length > 50 for length in lengths)
    lost = sum(max(0, length - 50) for length in lengths) / sum(lengths)
    expected = f"warning: {path}: {cut} of 90 texts are longer than 50 tokens and are cut, "
    expected += (
        f"{lost:.1%} of all tokens are lost: the longest has {max(lengths)}: data.max_length"
    )
    found = findings(path, CLASSES, tokenizer="bytes", max_length=50)
    assert any(text.startswith(expected) for text in found)
    load(path, CLASSES, manifest=tmp_path / "splits.csv", tokenizer="bytes", max_length=50)
    assert expected in capsys.readouterr().out
    [unknown] = [
        text
        for text in findings(path, CLASSES, tokenizer="words", vocab_size=400, max_length=9999)
        if "stand for what has none" in text
    ]
    assert unknown.startswith(f"warning: {path}: ")
    characters: Rows = [*rows_of(), ["some \u20ac and \u4e16", "no"]]
    [text] = examined(tmp_path / "b.csv", characters, tokenizer="characters", vocab_size=258 + 13)
    named = {*text.partition("has none: ")[2].partition(": bpe has")[0].split(", ")}
    assert {"'\u20ac'", "'\u4e16'"} < named <= {*map(repr, "\u20ac\u4e16m")}


def test_classes_are_judged(tmp_path: Path) -> None:
    rows = rows_of()
    rows[0][1], rows[1][1], rows[2][1] = "alone", "none", "Yes"
    found = examined(tmp_path / "a.csv", [*rows, *([f"{text} more", "none"] for text in WORDS[:9])])
    assert any(text.startswith("warning: class 'alone': has one sample") for text in found)
    assert any(
        text.startswith("warning: class 'none': looks like a missing value") for text in found
    )
    assert any("class 'Yes': differs from 'yes' in case alone" in text for text in found)


def test_a_class_that_is_nowhere_in_training_is_named(tmp_path: Path) -> None:
    rows, folder = rows_of(), tmp_path / "data"
    folder.mkdir()
    rows += [["x y z", "rare"], ["x y", "rare"]]
    for name, part in (("train", rows[:60]), ("val", rows[60:75]), ("test", rows[75:])):
        write(folder / f"{name}.csv", part, ["text", "label"])
    found = findings(folder, CLASSES, max_length=9999)
    assert any("class 'rare': is nowhere in training" in text for text in found)


def test_a_rare_class_is_named(tmp_path: Path) -> None:
    rows = rows_of(made_up(1200, 4))
    for k in range(4):
        rows[9 * k][1] = "rare"
    [text] = examined(tmp_path / "a.csv", [*rows], tokenizer="bytes")
    assert text.startswith("note: class 'rare': has 4 of 840 samples that train")


def test_facts_are_numbers(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", rows_of(), ["text", "label"])
    examine = CLASSES.load("data.doctor").examine
    facts = examine(settings(path, CLASSES, tokenizer="bytes", max_length=50)).facts
    lengths = sorted(len(text.encode()) + 2 for text in WORDS)
    assert [facts[name] for name in ("samples", "train", "val", "test")] == [90, 62, 14, 14]
    assert facts["tokens of a text"]["mean"] == pytest.approx(sum(lengths) / 90)
    assert facts["tokens of a text"]["shortest"] == lengths[0]
    assert facts["tokens of a text"]["longest"] == lengths[-1]
    bins = facts["texts of so many tokens"]
    assert sum(bins.values()) == 90
    assert bins["64 to 127"] == sum(64 <= length < 128 for length in lengths)
    assert facts["samples of"] == {"no": 45, "yes": 45}
    assert facts["tokens that texts are made of"] == "258, bytes"
    path = write(tmp_path / "b.csv", [[x, k] for k, x in enumerate(WORDS)], ["text", "price"])
    facts = NUMBERS.load("data.doctor").examine(settings(path, NUMBERS)).facts
    assert facts["target price"] == {"least": 0, "mean": 44.5, "most": 89}
    path = write(tmp_path / "c.csv", [[x, "a|b"] for x in WORDS], ["text", "labels"])
    facts = LABELS.load("data.doctor").examine(settings(path, LABELS)).facts
    assert facts["samples of"] == {"a": 90, "b": 90}
