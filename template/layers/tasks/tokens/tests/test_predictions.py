"""What a prediction says, and the files of predictions."""

import csv
from pathlib import Path
from typing import Any

import torch
from samples import LABELS, make_info

from pkg.task.objective import BROKEN
from pkg.task.predictions import FORMATS, answer, complete
from pkg.task.settings import OUTPUTS

INFO, PLAIN = make_info(LABELS), make_info(["NOUN", "VERB"], spans=False)
FOUND = torch.tensor([-1, 3, -1, 4, 0, 2, 1, -1])  # an I-LOC that goes on nothing
WORDS = ["Ada", "Hill", "left", "old", "Oslo", "twice"]
TEXT = "Ada  Hill left old Oslo twice"


def test_labels_are_named_and_entities_begin_with_b() -> None:
    assert answer(FOUND, INFO) == {
        "labels": ["B-PER", "I-PER", "O", "I-LOC", "B-LOC"],
        "entities": [
            {"type": "PER", "start": 0, "end": 2},
            {"type": "LOC", "start": 4, "end": 5},
        ],
    }


def test_plain_labels_make_no_entities() -> None:
    assert answer(torch.tensor([-1, 1, 0]), PLAIN) == {"labels": ["VERB", "NOUN"]}


def test_outputs_that_are_not_finite_are_an_error() -> None:
    found = answer(torch.tensor([-1, 1, BROKEN]), INFO)
    assert found == {"error": "the outputs of the model are not finite"}
    assert complete({"words": ["a"], **found}) == {"words": ["a"], **found}


def test_entities_have_their_text_and_words_that_were_cut_off_no_label() -> None:
    record = complete({"input": "a", "words": WORDS, **answer(FOUND, INFO)})
    assert record["labels"] == ["B-PER", "I-PER", "O", "I-LOC", "B-LOC", None]
    assert record["entities"] == [
        {"type": "PER", "text": "Ada Hill", "start": 0, "end": 2},
        {"type": "LOC", "text": "Oslo", "start": 4, "end": 5},
    ]


def test_entities_have_their_characters_where_the_text_is_known() -> None:
    record = complete({"input": "a", "text": TEXT, "words": WORDS, **answer(FOUND, INFO)})
    first, second = record["entities"]
    assert first["text"] == TEXT[first["start_char"] : first["end_char"]] == "Ada  Hill"
    assert (second["start_char"], second["end_char"]) == (19, 23)
    assert TEXT[19:23] == "Oslo"


def records() -> list[dict[str, Any]]:
    """Return a sentence with entities, one without, and one that could not be read."""
    nothing = answer(torch.tensor([-1, 0, 0]), INFO)
    return [
        complete({"input": "a:1", "words": WORDS, **answer(FOUND, INFO)}),
        complete({"input": "a:2", "words": ["so", "what\tnow"], **nothing}),
        {"input": "a:3", "error": "no words"},
    ]


def test_csv_has_a_row_for_each_entity() -> None:
    FORMATS[".csv"](records(), Path("out.csv"), INFO)
    with open("out.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["input"] for row in rows] == ["a:1", "a:1", "a:2", "a:3"]
    assert [row["text"] for row in rows] == ["Ada Hill", "Oslo", "", ""]
    assert (rows[1]["type"], rows[1]["start"], rows[1]["end"]) == ("LOC", "4", "5")
    assert rows[3]["error"] == "no words"


def test_csv_has_a_row_for_each_word_where_labels_are_plain() -> None:
    record = complete({"input": "a", "words": ["so", "go"], **answer(torch.tensor([0, 1]), PLAIN)})
    FORMATS[".csv"]([record], Path("out.csv"), PLAIN)
    lines = Path("out.csv").read_text().split()
    assert lines == ["input,number,word,label", "a,0,so,NOUN", "a,1,go,VERB"]


def test_conll_has_a_line_for_each_word() -> None:
    FORMATS[".conll"](records(), Path("out.conll"), INFO)
    first, second = Path("out.conll").read_text().split("\n\n")
    assert first.split("\n") == [
        *("Ada\tB-PER", "Hill\tI-PER", "left\tO", "old\tI-LOC", "Oslo\tB-LOC", "twice\tO")
    ]
    assert second == "so\tO\nwhat now\tO\n"


def test_help_names_every_format() -> None:
    assert all(suffix in OUTPUTS for suffix in FORMATS)
