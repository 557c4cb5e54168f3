"""Tables of texts: every cell as it is written, every broken row by its file and line."""

import csv
import gzip
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_formats import TABLE, broken, cells, load, write

UNCLOSED = "a quote is opened in it and not closed: close it, or double it where it is text"
ROWS = [["Grüße, you", "yes"], ["no", "no"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    text = end.join(["text,label", '"Grüße, you",yes', "no,no", ""])
    found = load(TABLE, write(tmp_path, a_csv=text.encode(encoding)))
    assert cells(found) == ROWS
    assert found.file["encoding"] == encoding
    odd = encoding not in ("utf-8", "utf-8-sig")
    assert [f"read as {encoding}, not UTF-8: '\"Grüße, you\",yes'" in x for x in found.said] == (
        [True] if odd else []
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_of_json(tmp_path: Path, encoding: str) -> None:
    lines = [json.dumps({"text": a, "label": b}, ensure_ascii=False) for a, b in ROWS]
    found = load(TABLE, write(tmp_path, a_jsonl="\r\n".join(lines).encode(encoding)))
    assert cells(found) == ROWS
    assert found.file == {"format": "jsonl", "encoding": encoding}


def test_packed_files_are_read(tmp_path: Path) -> None:
    text = gzip.compress("text,label\nGrüße,yes\n".encode())
    assert cells(load(TABLE, write(tmp_path, a_csv_gz=text))) == [["Grüße", "yes"]]
    write(tmp_path, a_csv_gz=text[:-12])
    with pytest.raises(TABLE.UserError, match=r"it cannot be read: .*ended"):
        load(TABLE, tmp_path)


def test_a_quote_that_is_not_closed_spoils_its_line_alone(tmp_path: Path) -> None:
    lines = ['"open,pos', "b,neg", '"c, d",pos', "d,neg", '"open,neg', "e,pos"]
    found = load(TABLE, write(tmp_path, a_csv="text,label\n" + "\n".join(lines)))
    assert cells(found) == [["b", "neg"], ["c, d", "pos"], ["d", "neg"], ["e", "pos"]]
    assert broken(found) == {"line 2": UNCLOSED, "line 6": UNCLOSED}


def test_a_quote_that_a_later_cell_closes_is_found_by_the_rows_in_it(tmp_path: Path) -> None:
    lines = ["a,pos", '"open,neg', "b,neg", "c,pos", "He is 6'2\",neg", "d,neg"]
    found = load(TABLE, write(tmp_path, a_csv="text,label\n" + "\n".join(lines)))
    assert [text for text, _ in cells(found)] == ["a", "b", "c", "He is 6'2\"", "d"]
    assert broken(found) == {"line 3": UNCLOSED}


def test_cells_of_several_lines_stay_whole(tmp_path: Path) -> None:
    lines = ['1,"one', "two, pos", 'three",pos', "2,b,neg", "3,c,pos"]
    found = load(TABLE, write(tmp_path, a_csv="id,text,label\r\n" + "\r\n".join(lines)))
    assert cells(found)[0] == ["1", "one\ntwo, pos\nthree", "pos"]
    assert [place.rsplit(" ", 1)[1] for place in found.places] == ["2", "5", "6"]
    assert found.broken == []
    assert (
        "1 of 3 rows run over several lines by their quotes, the first from line 2" in found.said[0]
    )


def test_no_row_is_made_of_the_inside_of_a_cell(tmp_path: Path) -> None:
    lines = ["a,pos", '"one "x" two', "three, pos", "", "four", 'five",pos', "b,neg"]
    found = load(TABLE, write(tmp_path, a_csv="text,label\n" + "\n".join(lines)))
    assert cells(found) == [["a", "pos"], ["b", "neg"]]
    assert [*broken(found)] == ["line 3", "line 4", "line 6", "line 7"]


def test_quotes_between_tabs_are_text_where_they_do_not_pair(tmp_path: Path) -> None:
    text = 'text\tlabel\n"Hi," he said\tpos\n"so\tneg\n""\tpos\n'
    found = load(TABLE, write(tmp_path, a_tsv=text))
    assert cells(found) == [['"Hi," he said', "pos"], ['"so', "neg"], ['""', "pos"]]
    assert "quotes are read as text, since those of line 2 do not pair" in found.said[0]
    paired = write(tmp_path, a_tsv='text\tlabel\n"a\tb"\tpos\n"say ""x"""\tneg\n')
    assert cells(load(TABLE, paired)) == [["a\tb", "pos"], ['say "x"', "neg"]]


CELL = st.text(st.sampled_from('ab"\n é;\t'), max_size=6).filter(lambda x: x == x.strip())


@settings(max_examples=300, derandomize=True, deadline=None, database=None)
@given(st.lists(st.tuples(CELL, st.sampled_from(["pos", "neg"])), min_size=1, max_size=8))
def test_what_is_written_with_quotes_is_read_back(rows: list[tuple[str, str]]) -> None:
    expected = TABLE.load("data.formats.headers").Expected(usual=frozenset({"label"}))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows([("text", "label"), *rows])
        found = TABLE.load("data.formats.csv_rows").read_csv(path, expected)
    assert [*zip(*found.columns.values(), strict=True)] == rows
    assert found.broken == []


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (None, ["good stuff,pos", "bad stuff,neg", "fine,pos"], "there is no header"),
        (None, ["this is a long text.,1", "so is this one here,0"], "there is no header"),
        (
            ["v1", "v2"],
            ["ham,hello there you", "spam,win now"],
            "taken for the header: ['v1', 'v2']",
        ),
        (["Review_Text", "y"], ["good,1", "bad,0"], ""),
    ],
)
def test_headers_are_known_or_told(
    tmp_path: Path, header: list[str] | None, rows: list[str], said: str
) -> None:
    lines = [",".join(header), *rows] if header else rows
    found = load(TABLE, write(tmp_path, a_csv="\n".join(lines) + "\n"))
    assert [*found.columns] == (header or ["column 1", "column 2"])
    assert [",".join(row) for row in cells(found)] == rows
    assert said in "".join(found.said)
    assert bool(said) == bool(found.said)


def test_settings_say_that_there_is_a_header(tmp_path: Path) -> None:
    write(tmp_path, a_csv="pos,what they say\npos,good\nneg,bad\n")
    assert [*load(TABLE, tmp_path).columns] == ["column 1", "column 2"]
    found = load(TABLE, tmp_path, text_column="what they say")
    assert [*found.columns] == ["pos", "what they say"]


def test_a_header_may_end_in_delimiters(tmp_path: Path) -> None:
    found = load(TABLE, write(tmp_path, a_csv="text,label,,\na,pos\nb,neg\n"))
    assert found.columns == {"text": ["a", "b"], "label": ["pos", "neg"]}


def test_a_quote_in_the_header_ends_it(tmp_path: Path) -> None:
    with pytest.raises(TABLE.UserError, match=f"a.csv line 1: {UNCLOSED}"):
        load(TABLE, write(tmp_path, a_csv='"text,label\na,pos\nb,neg\n'))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_one_line_in_another_encoding_is_named(tmp_path: Path, suffix: str, mark: str) -> None:
    line = mark + "{}" if suffix == "jsonl" else mark + "text,label"
    content = f'{line}\n"Köln"\n"Düren"\n'.encode() + '"Jülich"\n'.encode("latin-1")
    advice = "[23] others with letters beyond ASCII are: write all of it in UTF-8"
    with pytest.raises(TABLE.UserError, match=f"line 4 is not UTF-8, but {advice}"):
        load(TABLE, write(tmp_path, **{f"a_{suffix}": content}))


def test_one_column_is_enough_for_predictions(tmp_path: Path) -> None:
    class Schema:
        header = ("text", "label")
        file = {"format": "csv", "encoding": "utf-8", "header": "yes"}  # noqa: RUF012

    read = TABLE.load("data.formats.rows").read_rows
    path = write(tmp_path, a_csv='text\na\n"b, c"\nd, e\n') / "a.csv"
    found = read(path, "INPUT", Schema)
    assert found.columns == {"text": ["a", "b, c"]}
    assert [*broken(found)] == ["line 4"]


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_characters_that_no_text_has_are_named(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(TABLE.UserError, match=r"it holds bytes that no text has: .*\(line 3\)"):
        load(TABLE, write(tmp_path, **{f"a_{suffix}": "text,label\na,b\nc\x01,d\n"}))


def test_rows_without_a_header_have_the_width_of_most(tmp_path: Path) -> None:
    found = load(TABLE, write(tmp_path, a_csv="well, a text.,1\nb text.,0\nc text.,1\n"))
    assert cells(found) == [["b text.", "0"], ["c text.", "1"]]
    assert broken(found) == {
        "line 1": "it has 3 fields, but 2 are named: put cells with ',' into quotes"
    }


def test_rows_of_another_width_are_named(tmp_path: Path) -> None:
    found = load(TABLE, write(tmp_path, a_csv="text,label\na,pos\nb, c,neg\nd\n\ne,neg\n"))
    assert cells(found) == [["a", "pos"], ["e", "neg"]]
    assert broken(found) == {
        "line 3": "it has 3 fields, but 2 are named: put cells with ',' into quotes",
        "line 4": "it has 1 fields, but 2 are named",
    }


def test_lines_of_json_that_are_garbled_are_named(tmp_path: Path) -> None:
    lines = [
        '{"text": "a", "label": 1}',
        "[1]",
        '{"text": "b"}',
        '{"text": "c", ',
        "",
        '{"text": "d", "text": "e"}',
        '"text"',
        '{"text": 5, "label": NaN}',
        '{"text": ["f"], "label": 0}',
    ]
    found = load(TABLE, write(tmp_path, a_jsonl="\n".join(lines)))
    assert cells(found) == [["a", 1], ["b", None], ["5", None]]
    reasons = broken(found)
    assert reasons["line 2"].startswith("it is a list, but a row is an object")
    assert reasons["line 4"].startswith("no JSON: ")
    assert reasons["line 6"] == "the key 'text' stands in it twice"
    assert reasons["line 7"].startswith("it is a text, but")
    assert reasons["line 9"] == "'text' is a list, but in most rows a text"
    assert len(reasons) == 5
    assert "column 'text': numbers among texts are read as texts: 1 of 4" in found.said[0]


@pytest.mark.parametrize(
    "content",
    [
        '[{"text": "a", "label": 1},\n {"text": "b", "label": 0}]',
        '{"version": 2, "data": [{"text": "a", "label": 1}, {"text": "b", "label": 0}]}',
        '{"text": "a", "label": 1}\n{"text": "b", "label": 0}\n',
    ],
)
def test_json_that_is_one_value(tmp_path: Path, content: str) -> None:
    found = load(TABLE, write(tmp_path, a_json=content))
    assert cells(found) == [["a", 1], ["b", 0]]


def test_json_of_another_kind_is_refused(tmp_path: Path) -> None:
    write(tmp_path, a_json='{"text":\n ["a", "b"]}')
    with pytest.raises(TABLE.UserError, match="it is one object: write a list of objects"):
        load(TABLE, tmp_path)


def test_parquet_with_its_types(tmp_path: Path) -> None:
    rows = {"text": ["a", None, "c"], "label": [1, 0, None], "raw": [b"x", b"y", b"z"]}
    table = pa.table({**rows, "kind": pa.array(["p", "q", "p"]).dictionary_encode()})
    pq.write_table(table, tmp_path / "a.parquet")
    found = load(TABLE, tmp_path)
    assert cells(found) == [["a", 1, "p"], [None, 0, "q"], ["c", None, "p"]]
    assert found.places[0] == f"{tmp_path / 'a.parquet'} row 1"
    assert found.said == ["a.parquet: column 'raw' holds bytes, and is left out"]


def test_parquet_with_the_names_of_classes(tmp_path: Path) -> None:
    feature = {"label": {"_type": "ClassLabel", "names": ["no", "yes"]}}
    noted = {"huggingface": json.dumps({"info": {"features": feature}})}
    table = pa.table({"text": ["a", "b", "c"], "label": [1, 0, -1]}).replace_schema_metadata(noted)
    pq.write_table(table, tmp_path / "a.parquet")
    assert load(TABLE, tmp_path).columns["label"] == ["yes", "no", None]


@pytest.mark.parametrize(
    "names",
    [
        ("train.csv", "valid.csv", "test.csv"),
        ("train/a.csv", "validation/a.csv", "testing/a.csv"),
        ("data/train-0-of-1.csv", "data/dev-0-of-1.csv", "data/test-0-of-1.csv"),
        ("my_train.csv", "my_val.csv", "my_test.csv"),
    ],
)
def test_names_give_the_splits(tmp_path: Path, names: tuple[str, ...]) -> None:
    for name, label in zip(names, ("train", "val", "test"), strict=True):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"text,label\nof {label},{label}\n")
    (tmp_path / "README.md").write_text("a, b\n")
    (tmp_path / ".train.csv").write_text("hidden")
    (tmp_path / "Thumbs.db").write_text("")
    found = load(TABLE, tmp_path)
    assert found.given == found.columns["label"]
    assert sorted(found.given) == ["test", "train", "val"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"train_csv": "text,label\na,b\n", "test_csv": "id,text\n1,b\n"},
            r"test\.csv lacks the columns \['label'\] of train\.csv: .* predict\.py takes",
        ),
        (
            {"train_csv": "text,label\na,b\n", "test_csv": "text,label\na,b\n", "x_csv": "a,b\n"},
            r"train\.csv trains by its name, but x\.csv is beside it",
        ),
        (
            {"val_csv": "text,label\na,b\n", "test_csv": "text,label\na,b\n"},
            "has files called test and val, but none train",
        ),
        (
            {"train_csv": "text,label\na,b\n", "train_jsonl": "{}"},
            r"train\.csv and train\.jsonl are one table by their names",
        ),
    ],
)
def test_files_that_contradict_each_other_are_refused(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    with pytest.raises(TABLE.UserError, match=message):
        load(TABLE, write(tmp_path, **files))


def test_a_column_gives_the_splits(tmp_path: Path) -> None:
    write(tmp_path, a_csv="text,label,split\na,1,train\nb,0,validation\nc,1,test\n")
    found = load(TABLE, tmp_path)
    assert [*found.columns] == ["text", "label"]
    assert found.given == ["train", "val", "test"]
    assert found.said == ["column 'split' gives the splits: train 1, val 1, test 1"]


def test_the_index_of_pandas_is_left_out(tmp_path: Path) -> None:
    found = load(TABLE, write(tmp_path, a_csv=",text,label\n0,a,pos\n1,b,neg\n"))
    assert cells(found) == [["a", "pos"], ["b", "neg"]]
    assert "the first column has no name: an index" in found.said[0]


def test_other_files_are_read_like_those_of_the_training(tmp_path: Path) -> None:
    class Schema:
        header = ("column 1", "column 2")
        file = {"format": "csv", "encoding": "latin-1", "header": "no"}  # noqa: RUF012

    write(tmp_path, a_csv="text,label\nGrüße,y\n".encode("latin-1"))
    found = load(TABLE, tmp_path, Schema)
    assert cells(found) == [["text", "label"], ["Grüße", "y"]]
    assert [*found.columns] == ["column 1", "column 2"]
    assert found.file["encoding"] == "latin-1"


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a_csv": ""}, "it has no rows"),
        ({"a_csv": "text,label\n"}, "it has no rows"),
        ({"a_jsonl": "[1]\n[2]\n"}, "line 1: it is a list, but a row is an object"),
        ({"a_csv": "text,text\na,b\n"}, "two columns are called 'text': rename one"),
        ({"a_csv": b"\x89PNG\r\n\x1a\n\0"}, r"a\.csv is an image"),
        ({"a_parquet": "text,label\na,b\n"}, "it cannot be read: .*[Pp]arquet"),
        ({"a_png": b"\x89PNG\r\n\x1a\n\0"}, r"a\.png is an image; this project reads tables"),
        ({"a_zip": b"PK\x03\x04"}, r"a\.zip is a ZIP archive: unpack it first"),
        ({"a_xlsx": b"PK\x03\x04"}, r"a\.xlsx is an Excel file: save it as CSV"),
        ({"a_tsv": "EU\tB-ORG\nx\tO\n\ny\tO\n"}, "objective token reads by data_source conll"),
        (
            {"good__1_txt": "a b", "bad__1_txt": "b c"},
            "a folder of texts per class, which data_source text_folder",
        ),
        ({"train_en": "a b", "train_de": "b c"}, "looks like two parallel files"),
        ({"a_txt": "some text\n"}, "looks like plain text, which objective language_model"),
        ({"state_json": "{}"}, "a saved Hugging Face data set, which data_source huggingface"),
        ({}, "has no files: this project reads tables"),
    ],
)
def test_other_data_are_refused(tmp_path: Path, files: dict[str, Any], message: str) -> None:
    with pytest.raises(TABLE.UserError, match=rf"data\.dataset_path: .*({message})"):
        load(TABLE, write(tmp_path, **files))


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TABLE.UserError, match=r"gone .* does not exist: this project reads tables"):
        load(TABLE, tmp_path / "gone")
