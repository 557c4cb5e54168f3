"""Sentences in columns and tables: every word with its label, every broken line by its number."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from text_formats import CONLL, WORD_TABLE, broken, load, write


def sentences(found: Any) -> list[list[tuple[str, str]]]:
    """Return the words of each sentence with their labels."""
    pairs = zip(found.columns["tokens"], found.columns["tags"], strict=True)
    return [[*zip(words, tags, strict=True)] for words, tags in pairs]


def test_conll_2003(tmp_path: Path) -> None:
    train = "-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nsays VBZ B-VP O\n\n\nPeter NNP B-NP B-PER"
    files = {"eng_train": train, "eng_testa": ". . O O\n\n", "eng_testb": "# NN B-NP O\n\n"}
    found = load(CONLL, write(tmp_path, **files))
    assert sentences(found) == [
        [(".", "O")],
        [("#", "O")],
        [("EU", "B-ORG"), ("says", "O")],
        [("Peter", "B-PER")],
    ]
    assert found.given == ["val", "test", "train", "train"]
    assert found.columns["lines"] == [[1], [1], [3, 4], [7]]
    assert found.places[3] == f"{tmp_path / 'eng.train'} line 7"
    assert found.said == ["of 4 columns, 1 is the word and 4 its label, as in eng.testa"]
    assert found.broken == []


def test_conll_u(tmp_path: Path) -> None:
    rows = [("1-2", "du", "_"), ("1", "de", "ADP"), ("2", "New York", "PROPN"), ("2.1", "x", "_")]
    lines = ["\t".join([n, word, "_", tag, *"______"]) for n, word, tag in rows]
    text = "\n".join(["# sent_id = 1", "# text = du New York", *lines, ""])
    found = load(CONLL, write(tmp_path, a_conllu=text))
    assert sentences(found) == [[("de", "ADP"), ("New York", "PROPN")]]
    assert found.columns["lines"] == [[4, 5]]


def test_texts_beside_columns_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, x_test_txt="Some words here\n", x_train_txt="Some words here\n")
    write(tmp_path, x_train_conllu="a\tX\n", x_test_conllu="b\tY\n")
    found = load(CONLL, tmp_path)
    assert sentences(found) == [[("b", "Y")], [("a", "X")]]
    assert found.given == ["test", "train"]
    assert found.said == ["files that are not read: 2 .txt; the first is x.test.txt"]


def test_columns_that_count_the_words(tmp_path: Path) -> None:
    text = '#\thttp://a.b\t[2014-1-1]\n1\tBonn\tB-LOC\tO\n2\tist\tO\tO\n\n1\t"\tO\tO\n'
    found = load(CONLL, write(tmp_path, a_tsv=text))
    assert sentences(found) == [[("Bonn", "O"), ("ist", "O")], [('"', "O")]]
    assert "of 4 columns, 2 is the word and 4 its label" in found.said[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends(tmp_path: Path, encoding: str, end: str) -> None:
    text = end.join(["Köln B-LOC", ". O", "", "Ja O"])
    found = load(CONLL, write(tmp_path, a_conll=text.encode(encoding)))
    assert sentences(found) == [[("Köln", "B-LOC"), (".", "O")], [("Ja", "O")]]
    odd = encoding not in ("utf-8", "utf-8-sig")
    assert [f"read as {encoding}, not UTF-8: 'Köln B-LOC'" in x for x in found.said] == [True] * odd


def test_words_that_look_like_blanks_and_comments(tmp_path: Path) -> None:
    text = "\u00a0 O\n\u3000 O\n# O\n#tag B-X\n# a comment of words\n\u2028 O\n"
    found = load(CONLL, write(tmp_path, a_conll=text))
    words = ["\u00a0", "\u3000", "#", "#tag", "\u2028"]
    assert sentences(found) == [[*zip(words, ["O", "O", "O", "B-X", "O"], strict=True)]]


def test_broken_lines_spoil_their_sentences(tmp_path: Path) -> None:
    lines = ["EU X O", "says", "", "Peter X B-PER", "New York X O", "", ". X O", "", "X O"]
    found = load(CONLL, write(tmp_path, a_conll="\n".join(lines)))
    assert sentences(found) == [[(".", "O")]]
    assert broken(found) == {
        "line 2": "'says' has no label: its sentence is left out",
        "line 5": "it has 4 columns, but most lines have 3: its sentence is left out",
        "line 9": "it has 2 columns, but most lines have 3: its sentence is left out",
    }


def test_labels_that_are_missing_between_tabs(tmp_path: Path) -> None:
    found = load(CONLL, write(tmp_path, a_conll="a\tO\n\nb\t\n\n\tO\n\nc\tO\n"))
    assert sentences(found) == [[("a", "O")], [("c", "O")]]
    assert broken(found) == {
        "line 3": "'b' has no label: its sentence is left out",
        "line 5": "the word is missing: its sentence is left out",
    }


def test_a_file_without_blank_lines_is_told(tmp_path: Path) -> None:
    found = load(CONLL, write(tmp_path, a_conll="a O\n" * 1001))
    assert found.said == [
        "a.conll: the sentence of line 1 has 1001 words: are blank lines missing?"
    ]


def test_plain_labels_are_taken_if_they_are_few(tmp_path: Path) -> None:
    found = load(CONLL, write(tmp_path, a_txt="the DET\ncat NOUN\n\na DET\ndog NOUN\n"))
    assert sentences(found)[1] == [("a", "DET"), ("dog", "NOUN")]
    with pytest.raises(CONLL.UserError, match="looks like plain text"):
        load(CONLL, write(tmp_path, a_txt="hello world this\nis some text\n"))


def test_words_alone_for_predictions(tmp_path: Path) -> None:
    read = CONLL.load("data.formats.conll_files").read_conll
    path = write(tmp_path, a_conll="Bonn\nist\n\nJa\n") / "a.conll"
    found = read(path, "INPUT", None, labelled=False)
    assert found.columns["tokens"] == [["Bonn", "ist"], ["Ja"]]
    with pytest.raises(CONLL.UserError, match=r"INPUT: .* line 1: it has one column: each line"):
        read(path, "INPUT")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"a_jsonl": '{"tokens": ["a"], "tags": ["O"]}\n'},
            "a table, which data_source text_table",
        ),
        ({"a_csv": "tokens,tags\na,O\n"}, "a table, which data_source text_table reads"),
        ({"a_conll": ""}, "it has no sentences"),
        ({"a_png": b"\x89PNG\r\n\0"}, r"a\.png is an image; this project reads columns of words"),
        ({"a_conll": b"\0\1"}, r"a\.conll (is no text|cannot be read: it holds bytes)"),
        ({"train_txt": "a O\nb O\n", "test_txt": "a O\n", "b_txt": ""}, r"b\.txt is beside it"),
    ],
)
def test_other_data_are_refused(tmp_path: Path, files: dict[str, Any], message: str) -> None:
    with pytest.raises(CONLL.UserError, match=rf"data\.dataset_path: .*{message}"):
        load(CONLL, write(tmp_path, **files))


def test_tables_of_lists(tmp_path: Path) -> None:
    rows = [{"id": 1, "tokens": ["a", "b"], "ner_tags": [0, 1]}, {"id": 2, "tokens": ["c"]}]
    write(tmp_path, train_jsonl="\n".join(map(json.dumps, rows)))
    found = load(WORD_TABLE, tmp_path)
    assert found.columns["tokens"] == [["a", "b"], ["c"]]
    assert found.columns["ner_tags"] == [[0, 1], None]
    assert found.places == [f"{tmp_path / 'train.jsonl'} line {number}" for number in (1, 2)]


def test_parquet_of_the_hub_has_the_names_of_labels(tmp_path: Path) -> None:
    names = {"_type": "ClassLabel", "names": ["O", "B-X"]}
    features = {"ner_tags": {"feature": names, "_type": "List"}}
    noted = {"huggingface": json.dumps({"info": {"features": features}})}
    table = pa.table({"tokens": [["a", "b"], ["c"]], "ner_tags": [[0, 1], [-1]]})
    pq.write_table(table.replace_schema_metadata(noted), tmp_path / "train-0-of-1.parquet")
    assert load(WORD_TABLE, tmp_path).columns["ner_tags"] == [["O", "B-X"], [None]]


@pytest.mark.parametrize(
    "cell",
    ["['In', \"it's\"]", '["In", "it\'s"]', "['In' \"it's\"]", '["In",\n "it\'s"]'],
)
def test_lists_in_cells_as_python_json_and_numpy_write_them(tmp_path: Path, cell: str) -> None:
    quoted = cell.replace('"', '""')
    write(tmp_path, a_csv=f"tokens,tags\n\"{quoted}\",\"['O', 'O']\"\n")
    found = load(WORD_TABLE, tmp_path)
    assert sentences(found) == [[("In", "O"), ("it's", "O")]]


def test_a_row_for_each_word(tmp_path: Path) -> None:
    rows = ["Sentence: 1,Thousands,O", ",of,O", 'Sentence: 2,"""",O', ",Köln,B-geo"]
    text = "\n".join(["Sentence #,Word,Tag", *rows])
    found = load(WORD_TABLE, write(tmp_path, a_csv=text.encode("cp1252")))
    assert found.columns["Word"] == [["Thousands", "of"], ['"', "Köln"]]
    assert found.columns["Tag"] == [["O", "O"], ["O", "B-geo"]]
    assert found.said[1] == "4 rows of one word are 2 sentences, by 'Sentence #'"
    assert found.places[1].endswith("a.csv line 4")
