"""Documents of a corpus and folders of texts: whole, in order, and never all in memory."""

import gzip
import json
import pickle
import tracemalloc
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from text_formats import FILES, FOLDER, load, write

PIECE = 2**20


def documents(path: Path) -> list[Any]:
    """Return the documents of all files of a corpus."""
    return [document for file in load(FILES, path).files for document in file.read(0)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    corpus = load(FILES, write(tmp_path, a_txt=f"Köln{end}Bonn{end}".encode(encoding)))
    [document] = corpus.files[0].read(0)
    assert document == (str(tmp_path / "a.txt"), "Köln\nBonn\n", True, "")
    assert corpus.file == {"format": "txt", "encoding": encoding}
    odd = encoding not in ("utf-8", "utf-8-sig")
    assert corpus.said == [f"a.txt: it is read as {encoding}, not UTF-8"] * odd


@pytest.mark.parametrize("width", [70, 3 * PIECE])
def test_long_texts_come_in_pieces_that_sum_to_them(tmp_path: Path, width: int) -> None:
    text = "".join(f"{number:06} é{'x' * (width - 9)}\r\n" for number in range(9 * PIECE // width))
    [file] = load(FILES, write(tmp_path, a_txt=text)).files
    pieces = [*file.read(0)]
    assert len(pieces) > 2
    assert "".join(piece.text for piece in pieces) == text.replace("\r\n", "\n")
    assert [piece.begins for piece in pieces] == [True] + [False] * (len(pieces) - 1)
    if width == 70:
        assert all(piece.text.endswith("\n") for piece in pieces)
        assert max(len(piece.text) for piece in pieces) <= 2 * PIECE
    again = pickle.loads(pickle.dumps(file.read))
    for start in range(len(pieces) + 1):
        assert [*again(start)] == pieces[start:]


def test_files_are_not_held_in_memory(tmp_path: Path) -> None:
    line = json.dumps({"text": "word " * 200}) + "\n"
    write(tmp_path, a_jsonl=line * 20_000, b_txt=("word " * 200 + "\n") * 20_000)
    corpus = load(FILES, tmp_path)
    tracemalloc.start()
    count = sum(len(document.text) for file in corpus.files for document in file.read(0))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000 * (1000 + 1001)
    assert peak < 12 * PIECE  # of 40 MB


def test_lines_of_json(tmp_path: Path) -> None:
    lines = [
        '{"text": "one", "meta": {}}',
        "",
        "[1]",
        '{"txt": "x"}',
        '{"text": 5}',
        "{",
        '{"text": ""}',
    ]
    lines += ['{"text": "\\ud800"}', '{"text": "two\\u2028"}']
    [file] = load(FILES, write(tmp_path, a_jsonl="\r\n".join(lines))).files
    found = [*file.read(0)]
    assert [document.text for document in found] == ["one", "", "", "", "", "", "", "two\u2028"]
    assert [document.problem for document in found] == [
        "",
        "it is no object with a text",
        "'text' is missing",
        "'text' is no text",
        "no JSON: Expecting property name enclosed in double quotes, character 2",
        "",
        "'text' holds one half of a surrogate pair, which is no character",
        "",
    ]
    places = [f"{tmp_path / 'a.jsonl'} line {number}" for number in (1, 3, 4, 5, 6, 7, 8, 9)]
    assert [document.place for document in found] == places
    assert [*file.read(6)] == found[6:]


def test_parquet_by_row_groups(tmp_path: Path) -> None:
    texts = [f"text {number}" if number != 7 else None for number in range(1000)]
    table = pa.table({"url": ["x"] * 1000, "content": texts})
    pq.write_table(table, tmp_path / "a.parquet", row_group_size=300)
    corpus = load(FILES, tmp_path)
    assert corpus.said == ["a.parquet: its texts are in 'content'"]
    [file] = corpus.files
    found = [*file.read(0)]
    assert [document.text for document in found] == [text or "" for text in texts]
    assert found[7].problem == "'content' is missing"
    assert found[999].place == f"{tmp_path / 'a.parquet'} row 1000"
    for start in (1, 299, 300, 650, 1000):
        assert [*file.read(start)] == found[start:]


def test_damaged_parquet_is_told(tmp_path: Path) -> None:
    texts = [f"{number} {'x' * 50}" for number in range(1000)]
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": texts}), path, row_group_size=300, compression="gzip")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    path.write_bytes(content)
    with pytest.raises(FILES.UserError, match=r"a\.parquet is damaged after row (300|600): "):
        documents(tmp_path)


def test_packed_files(tmp_path: Path) -> None:
    write(tmp_path, a_txt_gz=gzip.compress(b"one\n"), b_jsonl_gz=gzip.compress(b'{"text": "two"}'))
    assert [document.text for document in documents(tmp_path)] == ["one\n", "two"]


def test_splits_and_files_of_many_names(tmp_path: Path) -> None:
    write(tmp_path, wiki__train_txt="a", wiki__valid_txt="b", wiki__test_txt="c", README_md="x")
    assert [file.split for file in load(FILES, tmp_path).files] == ["test", "train", "val"]
    books = tmp_path / "books"
    write(books, The__x_txt="")
    for name in ("The Test of Time.txt", "Train Journeys.txt", "Emma.txt"):
        (books / name).write_text(name)
    found = load(FILES, books).files
    assert [file.split for file in found] == [None] * 4
    assert [Path(file.name).name for file in found] == [
        "Emma.txt",
        "x.txt",
        "The Test of Time.txt",
        "Train Journeys.txt",
    ]


def test_an_empty_file_is_an_empty_document(tmp_path: Path) -> None:
    write(tmp_path, a_txt="", b_jsonl='{"text": "x"}', c_jsonl="\n")
    assert [(x.text, x.problem) for x in documents(tmp_path)] == [("", ""), ("x", "")]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a_csv": "text\nx\n"}, "looks like a table"),
        ({"a_png": b"\x89PNG\r\n\0"}, r"a\.png is an image; this project reads a corpus"),
        ({"a_pdf": b"%PDF-1.4"}, r"a\.pdf is a PDF: extract its text first"),
        ({"a_jsonl": '{"left": "x", "right": "y"}'}, "its texts should be in 'text'"),
        ({"a_jsonl": '[{"text": "x"}]'}, "it is one list: write one object in each line"),
        ({"a_jsonl": '{"text": 5}\n'}, "its texts should be in 'text', but it has no texts"),
        ({"a_parquet": "x"}, r"a\.parquet cannot be read: .*[Pp]arquet"),
        ({"train_txt": "a", "test_txt": "b", "c_txt": "c"}, r"c\.txt is beside it"),
        ({}, "has no files: this project reads a corpus"),
    ],
)
def test_other_data_are_refused(tmp_path: Path, files: dict[str, Any], message: str) -> None:
    with pytest.raises(FILES.UserError, match=rf"data\.dataset_path: .*{message}"):
        load(FILES, write(tmp_path, **files))


def test_zero_bytes_far_into_a_text_are_found(tmp_path: Path) -> None:
    write(tmp_path, a_txt=b"x\n" * PIECE + b"\0")
    with pytest.raises(FILES.UserError, match=r"a\.txt cannot be read: it holds bytes that no"):
        load(FILES, tmp_path)


def test_folders_of_classes(tmp_path: Path) -> None:
    files: dict[str, Any] = {"good__1_txt": "a\r\nb", "good__deep__2_txt": "c", "bad__1_txt": "é"}
    files |= {"bad__2_txt": "é".encode("latin-1"), "bad__3_txt": "", "bad__4_txt": b"\x89PNG\0"}
    write(tmp_path, **files, bad__x_png=b"\x89PNG", bad__Thumbs_db="", notes_txt="at the top")
    (tmp_path / "bad/.5.txt").write_text("hidden")
    found = load(FOLDER, tmp_path)
    assert found.columns == {
        "text": ["é", "é", "a\nb", "c"],
        "label": ["bad", "bad", "good", "good"],
    }
    reasons = {Path(place).name: reason for place, reason in found.broken}
    assert reasons == {
        "3.txt": "it is empty: write its text, or remove it",
        "4.txt": "it cannot be read: it holds bytes that no text has: save it as UTF-8 (line 1)",
    }
    assert found.said == [
        f"1 of 6 files are read as cp1252, not UTF-8, the first is {tmp_path / 'bad/2.txt'}",
        "files that are not read: 1 .png, 1 .txt; the first is bad/x.png",
    ]


def test_folders_of_classes_in_splits(tmp_path: Path) -> None:
    write(tmp_path, train__good__1_txt="a", train__bad__1_txt="b", test__good__1_txt="c")
    write(tmp_path, train__urls_txt="u", imdb_vocab="v")
    found = load(FOLDER, tmp_path)
    assert found.columns == {"text": ["c", "b", "a"], "label": ["good", "bad", "good"]}
    assert found.given == ["test", "train", "train"]
    write(tmp_path, extra__good__1_txt="d")
    with pytest.raises(FOLDER.UserError, match="look like splits, but extra is beside them"):
        load(FOLDER, tmp_path)
    classes = tmp_path / "classes"
    write(classes, train__1_txt="rails", bus__1_txt="wheels")
    assert load(FOLDER, classes).columns["label"] == ["bus", "train"]
