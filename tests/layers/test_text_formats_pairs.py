"""Pairs of texts in tables and parallel files: which two belong together, and what is no pair."""

from pathlib import Path
from typing import Any

import pytest
from text_formats import PAIR_TABLE, PARALLEL, broken, cells, load, write


@pytest.mark.parametrize(
    ("files", "columns"),
    [
        ({"a_csv": "src,tgt\nGo.,Geh.\n"}, ["src", "tgt"]),
        ({"a_tsv": "en\tde\nGo.\tGeh.\n"}, ["en", "de"]),
        ({"a_tsv": "Go.\tGeh.\n"}, ["source", "target"]),
        ({"a_txt": "Go.\tGeh.\tCC-BY\n"}, ["source", "target", "column 3"]),
        ({"a_jsonl": '{"input": "Go.", "output": "Geh."}\n'}, ["input", "output"]),
        (
            {"a_jsonl": '{"translation": {"en": "Go.", "de": "Geh."}, "id": 1}\n'},
            ["id", "en", "de"],
        ),
    ],
)
def test_columns_are_found(tmp_path: Path, files: dict[str, Any], columns: list[str]) -> None:
    found = load(PAIR_TABLE, write(tmp_path, **files))
    assert [*found.columns] == columns
    assert [text for text in cells(found)[0] if text in ("Go.", "Geh.")] == ["Go.", "Geh."]


def test_translations_with_a_language_missing(tmp_path: Path) -> None:
    lines = ['{"translation": {"en": "a", "de": "A"}}', '{"translation": {"en": "b"}}']
    lines += ['{"translation": null}', '{"translation": ["c"]}']
    found = load(PAIR_TABLE, write(tmp_path, a_jsonl="\n".join(lines)))
    assert cells(found) == [["a", "A"], ["b", None], [None, None]]
    assert broken(found) == {"line 4": "'translation' is a list, but in most rows an object"}


@pytest.mark.parametrize(
    ("names", "columns"),
    [
        (("source.txt", "target.txt"), ["source", "target"]),
        (("train.src", "train.tgt"), ["src", "tgt"]),
        (("europarl.de-en.en", "europarl.de-en.de"), ["de", "en"]),
        (("news-en.txt", "news-fr.txt"), ["en", "fr"]),
        (("fr/all.txt", "de/all.txt"), ["de", "fr"]),
        (("questions.txt", "answers.txt"), ["questions", "answers"]),
    ],
)
def test_sides_are_found_by_names(
    tmp_path: Path, names: tuple[str, str], columns: list[str]
) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"one of {name}\n\ntwo of {name}")
    found = load(PARALLEL, tmp_path)
    assert [*found.columns] == columns
    assert {text for row in cells(found) for text in row} == {
        f"{number} of {name}" for name in names for number in ("one", "two")
    }
    first = found.columns[columns[0]][1].removeprefix("two of ")
    assert found.places[1] == f"{tmp_path / first} line 3"
    assert found.given is None


def test_the_settings_say_what_is_read_from(tmp_path: Path) -> None:
    write(tmp_path, a_en="Go.\n", a_de="Geh.\n")
    found = load(PARALLEL, tmp_path, source_column="en", target_column="de")
    assert found.columns == {"en": ["Go."], "de": ["Geh."]}


def test_splits_of_parallel_files(tmp_path: Path) -> None:
    for split in ("train", "valid", "test"):
        write(tmp_path, **{f"{split}_en": f"{split}\n", f"{split}_de": f"{split.upper()}\n"})
    write(tmp_path, README_md="x")
    (tmp_path / ".train.fr").write_text("hidden")
    found = load(PARALLEL, tmp_path)
    assert cells(found) == [["TEST", "test"], ["TRAIN", "train"], ["VALID", "valid"]]
    assert found.given == ["test", "train", "val"]
    assert load(PARALLEL, tmp_path / "valid").given is None  # the start of two names


@pytest.mark.parametrize("form", ["{}.de-en.{}", "{}-{}.txt", "{}/2_{}.txt", "{}/{}/all.txt"])
def test_files_of_several_stems(tmp_path: Path, form: str) -> None:
    for stem in ("news2013", "news2014"):
        for side in ("de", "en"):
            path = tmp_path / form.format(stem, side)
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(f"{stem} {side}\n")
    found = load(PARALLEL, tmp_path)
    assert found.columns == {
        side: [f"{stem} {side}" for stem in ("news2013", "news2014")] for side in ("de", "en")
    }


def test_lines_are_divided_by_line_ends_alone(tmp_path: Path) -> None:
    write(tmp_path, a_en="one\u2028two\r\nthree\x0cfour\r\n", a_de="eins\x85zwei\ndrei".encode())
    found = load(PARALLEL, tmp_path)
    assert cells(found) == [["eins\x85zwei", "one\u2028two"], ["drei", "three\x0cfour"]]


def test_encodings_may_differ(tmp_path: Path) -> None:
    write(tmp_path, a_de="Köln\n".encode("utf-16"), a_fr="été\n".encode("latin-1"))
    found = load(PARALLEL, tmp_path)
    assert cells(found) == [["Köln", "été"]]
    assert [words.split(",")[0] for words in found.said] == [
        "a.de: the file is read as utf-16",
        "a.fr: the file is read as cp1252",
    ]


def test_blank_lines(tmp_path: Path) -> None:
    found = load(PARALLEL, write(tmp_path, a_de="A\n\n\nD\n", a_en="a\nb\n \nd\n"))
    assert cells(found) == [["A", "a"], ["", "b"], ["D", "d"]]
    assert found.said == ["a.de: lines that are blank in both files: 1"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a_de": "A\nB\n", "a_en": "a\n"}, r"other numbers of lines, 2 in a\.de and 1 in a\.en"),
        ({"a_de": "A\n", "a_en": "a\n", "a_fr": "f\n"}, r"here are: a\.de, a\.en, a\.fr"),
        ({"train_de": "A\n", "train_en": "a\n", "test_de": "f\n"}, r"but here are: test\.de"),
        ({"a_csv": "en,de\na,b\n"}, "a table, which data_source text_table reads"),
        ({"a_de": "A\n"}, "this project reads two parallel files"),
        ({"a_de": "\n", "a_en": "\n"}, "the files are empty"),
        ({"a_de": b"\0", "a_en": "\n"}, r"a\.de is no text|this project reads two parallel"),
    ],
)
def test_files_that_are_not_parallel_are_refused(
    tmp_path: Path, files: dict[str, Any], message: str
) -> None:
    with pytest.raises(PARALLEL.UserError, match=rf"data\.dataset_path: .*({message})"):
        load(PARALLEL, write(tmp_path, **files))
