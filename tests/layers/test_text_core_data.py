"""Texts with labels as batches: columns that are found, splits, lengths, and other data."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from texts import CPU, load, made_up, settings, texts, write

CLASSES, NUMBERS, LABELS = texts(), texts("regression"), texts("multi_label")
UserError = CLASSES.UserError
WORDS = made_up(60)
Rows = Sequence[Sequence[object]]


def two_classes(count: int = 60, source: list[str] = WORDS) -> list[list[object]]:
    return [[text, ["no", "yes"][k % 2]] for k, text in enumerate(source[:count])]


def columns_of(path: Path, project: Any = CLASSES, **changes: Any) -> dict[str, Any]:
    """Return the columns that are found."""
    found: dict[str, Any] = load(path, project, **changes)[0].info.schema["columns"]
    return found


@pytest.mark.parametrize(
    ("header", "text", "target"),
    [
        (("label", "text"), 1, 0),
        (("Review_Text", "Sentiment"), 0, 1),
        (("id", "content", "CLASS", "date"), 1, 2),
        (("a", "b"), 0, 1),  # the one of longer texts, and the other one
        (("b", "a"), 1, 0),
        (("language", "sentence", "label"), 1, 2),
    ],
)
def test_columns_are_found_and_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    header: tuple[str, ...],
    text: int,
    target: int,
) -> None:
    rows = []
    for k, words in enumerate(WORDS):
        row: list[object] = [str(k)] * len(header)
        row[text], row[target] = words, ["no", "yes"][k % 2]
        rows.append(row)
    path = write(tmp_path / "texts.csv", rows, header)
    assert columns_of(path) == {"text": header[text], "targets": [header[target]]}
    out = capsys.readouterr().out
    assert f"texts are those of column {header[text]!r} (data.text_column)" in out
    assert f"targets are those of column {header[target]!r} (data.target_columns)" in out
    unused = {*header} - {header[text], header[target]}
    assert all(repr(name) in out.split("(data.target_columns)")[1] for name in unused)


def test_columns_may_be_named(tmp_path: Path) -> None:
    rows = [[text, text[::-1], "x" if k % 3 else "y", k % 2] for k, text in enumerate(WORDS)]
    path = write(tmp_path / "texts.csv", rows, ["text", "title", "label", "kind"])
    chosen = {"text_column": "title", "target_columns": ["kind"]}
    assert columns_of(path, **chosen) == {"text": "title", "targets": ["kind"]}
    with pytest.raises(UserError, match=r"data\.text_column asks for 'titel'.*mean 'title'"):
        load(path, CLASSES, text_column="titel")
    with pytest.raises(UserError, match=r"data\.target_columns asks for 'kinds'.*mean 'kind'"):
        load(path, CLASSES, target_columns=["kinds"])


def test_columns_that_nothing_tells_are_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "texts.csv", [[x, 1, 2] for x in WORDS], ["text", "one", "two"])
    with pytest.raises(UserError, match=r"data\.target_columns: which.*\['one', 'two'\]"):
        load(path, CLASSES)
    path = write(tmp_path / "texts.csv", [[k, k % 2] for k in range(60)], ["id", "label"])
    with pytest.raises(UserError, match=r"data\.text_column: no column .* holds texts"):
        load(path, CLASSES)


def test_broken_rows_are_left_out_by_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = two_classes()
    rows[4][0], rows[6][1] = "  ", ""
    path = write(tmp_path / "texts.csv", rows, ["text", "label"])
    loaders = load(path, CLASSES, manifest=tmp_path / "splits.csv", max_unreadable=0.1)
    assert sum(len(loader.ids) for loader in loaders) == 58
    noted = (tmp_path / "quarantine.csv").read_text()
    assert f"{path} line 6: the text is empty, column 'text'" in noted
    assert f"{path} line 8: the target is missing, column 'label'" in noted
    assert "left out" in capsys.readouterr().out
    with pytest.raises(UserError, match=r"data\.max_unreadable: more than 0 of 60 .* line 6"):
        load(path, CLASSES, max_unreadable=0.0)


def test_half_a_character_is_a_broken_row(tmp_path: Path) -> None:
    lines = [json.dumps({"text": text, "label": label}) for text, label in two_classes()]
    lines[9] = '{"text": "a \\ud800 b", "label": "no"}'
    (tmp_path / "texts.jsonl").write_text("\n".join(lines))
    loaders = load(tmp_path / "texts.jsonl", CLASSES, max_unreadable=0.1)
    assert sum(len(loader.ids) for loader in loaders) == 59


def test_targets_of_each_task(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", two_classes(), ["text", "label"])
    train = load(path, CLASSES)[0]
    assert train.info.output_names == ["no", "yes"]
    assert sum(train.info.targets["class_counts"]) == len(train.ids) == 42

    rows = [[text, k / 4] for k, text in enumerate(WORDS)]
    path = write(tmp_path / "b.csv", rows, ["text", "price"])
    batch = next(load(path, NUMBERS)[0].batches())
    assert (batch.targets.dtype, batch.targets.shape) == (torch.float32, (16, 1))
    assert batch.targets[:, 0].mul(4).long().equal(batch.ids)
    rows[3][1] = "many"
    write(path, rows, ["text", "price"])
    with pytest.raises(NUMBERS.UserError, match=r"b\.csv line 5: 'price' is 'many', not a number"):
        load(path, NUMBERS)

    rows = [[text, ["a", "a|b", "c"][k % 3]] for k, text in enumerate(WORDS)]
    path = write(tmp_path / "c.csv", rows, ["text", "labels"])
    train = load(path, LABELS)[0]
    assert train.info.output_names == ["a", "b", "c"]
    batch = next(train.batches())
    expected = torch.tensor([[1.0, 0, 0], [1, 1, 0], [0, 0, 1]])[batch.ids % 3]
    assert batch.targets.equal(expected)
    lines = [
        {"text": text, "labels": [["a"], ["a", "b"], ["c"]][k % 3]} for k, text in enumerate(WORDS)
    ]
    (tmp_path / "d.jsonl").write_text("\n".join(map(json.dumps, lines)))
    assert next(load(tmp_path / "d.jsonl", LABELS)[0].batches()).targets.equal(expected)


def test_the_tokenizer_learns_from_the_texts_that_train_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "texts.csv", two_classes(), ["text", "label"])
    loaders = load(path, CLASSES, tokenizer="words")
    made = CLASSES.load("data.schema").Schema(**loaders[0].info.schema).make_tokenizers()["text"]
    trained = {word for k in loaders[0].ids.tolist() for word in WORDS[k].split()}
    known = {word for word in made.library.get_vocab() if not word.startswith("<")}
    assert known == trained
    assert {word for text in WORDS for word in text.split()} - known  # val and test have others
    for loader, several in zip(loaders, (False, True, True), strict=True):
        tokens = torch.cat([batch.inputs.flatten() for batch in loader.batches()])
        assert bool((tokens == made.unknown).any()) is several


def test_what_a_model_takes_is_the_text_and_its_class(tmp_path: Path) -> None:
    path = write(tmp_path / "texts.csv", two_classes(), ["text", "label"])
    loaders = load(path, CLASSES, max_length=400)
    info = loaders[0].info
    made = CLASSES.load("data.schema").Schema(**info.schema).make_tokenizers()["text"]
    assert info.input_shape == [made.size, 400]
    seen = set()
    for loader in loaders:
        for batch in loader.batches():
            assert batch.inputs.shape[1] == max((batch.inputs >= 0).sum(1))
            for tokens, target, k in zip(batch.inputs, batch.targets, batch.ids, strict=True):
                assert made.decode(tokens.tolist()) == WORDS[k]
                assert target == k % 2
            seen |= {*batch.ids.tolist()}
    assert seen == {*range(60)}


def test_equal_texts_are_of_one_split(tmp_path: Path) -> None:
    rows = [*two_classes(), *two_classes(), *two_classes(7)]
    path = write(tmp_path / "texts.csv", rows, ["text", "label"])
    loaders = load(path, CLASSES, manifest=tmp_path / "splits.csv")
    words = [{rows[i][0] for i in loader.ids.tolist()} for loader in loaders]
    assert sum(map(len, words)) == len(set.union(*words)) == 60
    assert sum(len(loader.ids) for loader in loaders) == len(rows)
    assert len((tmp_path / "splits.csv").read_text().splitlines()) == 61
    few = load(path, CLASSES, max_samples=5)
    assert [len(loader.ids) for loader in few] == [5, 5, 5]


def test_samples_keep_their_split_by_their_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, manifest = two_classes(), tmp_path / "splits.csv"
    path = write(tmp_path / "texts.csv", rows, ["text", "label"])
    before = load(path, CLASSES, manifest=manifest)
    capsys.readouterr()
    load(path, CLASSES, manifest=manifest, info=before[0].info)
    assert capsys.readouterr() == ("", "")  # what is known is not said again
    after_rows = [*reversed(rows[3:])]
    after_rows[0][1] = "yes" if after_rows[0][1] == "no" else "no"  # another label, the same text
    write(path, [*after_rows, ["something new", "no"]], ["text", "label"])
    after = load(path, CLASSES, manifest=manifest, info=before[0].info)
    sets = [{rows[i][0] for i in loader.ids.tolist()} for loader in before]
    now = [*(row[0] for row in after_rows), "something new"]
    for number, loader in enumerate(after):
        found = {now[i] for i in loader.ids.tolist()} - {"something new"}
        assert found == sets[number] & {*now}
    assert "1 samples are new since the training: they train; 3 are gone" in capsys.readouterr().out


def test_texts_that_trained_are_not_evaluated_by_chance(tmp_path: Path) -> None:
    path = write(tmp_path / "texts.csv", two_classes(), ["text", "label"])
    info = load(path, CLASSES, manifest=tmp_path / "splits.csv")[0].info
    load(path, CLASSES, info=info)
    write(path, two_classes()[5:], ["text", "label"])
    with pytest.raises(UserError, match=r"changed since the training.*splits\.csv"):
        load(path, CLASSES, info=info)
    load(path, CLASSES, info=info, whole=True)


def test_other_texts_than_those_that_trained_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "texts.csv", two_classes(), ["text", "label"])
    info = load(path, CLASSES, tokenizer="words", max_length=9999)[0].info
    other = [[f"{'strange words ' * 300}{k}", "no", "x"] for k in range(60)]
    path = write(tmp_path / "other.csv", other, ["sentence", "label", "more"])
    capsys.readouterr()
    load(path, CLASSES, info=info, whole=True, max_length=100, class_names=["no", "yes"])
    said = capsys.readouterr().err
    assert "text of column 'sentence', in training 'text'" in said
    assert "columns that training had not: 'sentence', 'more'" in said
    assert "texts have 603 tokens, in training" in said
    assert "100% of the texts are cut, in training 0%" in said
    assert "the tokenizer does not know 100% of the tokens" in said


def test_splits_may_be_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    rows = two_classes()
    for name, part in (("train", rows[:40]), ("val", rows[40:50]), ("test", [*rows[50:], rows[0]])):
        write(folder / f"{name}.csv", part, ["text", "label"])
    loaders = load(folder, CLASSES)
    assert sorted(len(loader.ids) for loader in loaders) == [10, 11, 40]
    assert "say which samples train, validate and test" in capsys.readouterr().out


def test_batches_hold_hardly_anything_but_tokens(tmp_path: Path) -> None:
    many = made_up(3000)
    path = write(tmp_path / "texts.csv", two_classes(3000, many), ["text", "label"])
    loader = load(path, CLASSES, batch_size=32, vocab_size=512, max_length=400)[0]
    for epoch in range(2):
        batches = [*loader.batches(epoch)]
        useful = sum(int((batch.inputs >= 0).sum()) for batch in batches)
        assert useful / sum(batch.inputs.numel() for batch in batches) >= 0.9
        longest = max(batch.inputs.shape[1] for batch in batches)
        assert useful / (longest * len(loader.ids)) < 0.9 / 3.5  # of what pad-to-max has
    shuffled = torch.cat([batch.ids for batch in batches])
    assert shuffled.sort().values.equal(loader.ids)
    widths = torch.tensor([float(batch.inputs.shape[1]) for batch in batches])
    order = torch.arange(len(widths)).double()
    assert torch.corrcoef(torch.stack([order, widths.double()]))[0, 1].abs() < 0.35  # no order
    assert [len(batch.ids) for batch in batches][:-1] == [32] * (len(batches) - 1)


def test_epochs_go_on_after_any_batch(tmp_path: Path) -> None:
    path = write(tmp_path / "texts.csv", two_classes(), ["text", "label"])
    loader = load(path, CLASSES, batch_size=8)[0]
    for epoch in range(3):
        whole = [*loader.batches(epoch)]
        assert [batch.size for batch in whole] == [8, 8, 8, 8, 8, 2]
        for done in range(len(whole)):
            position = loader.advance(0, whole[:done])
            rest = [*loader.batches(epoch, position)]
            assert len(rest) == len(whole) - done
            for one, other in zip(rest, whole[done:], strict=True):
                assert all(a.equal(b) for a, b in zip(one, other, strict=True))


def test_buckets_are_a_function_of_the_order_and_the_draw() -> None:
    buckets = CLASSES.load("data.buckets")
    lengths = torch.randint(1, 100, (1000,), generator=torch.Generator().manual_seed(0))
    arrange = buckets.Buckets(lengths, 7)
    order = torch.randperm(1000, generator=torch.Generator().manual_seed(1))[:905]
    one, other, third = (arrange(order, torch.Generator().manual_seed(s)) for s in (2, 2, 3))
    assert one.equal(other)
    assert not one.equal(third)
    assert one.sort().values.equal(order.sort().values)
    assert len(one) == 905
    spread = [(lengths[x].max() - lengths[x].min()).item() for x in one.split(7)]
    assert sum(spread) / len(spread) < 3
    twice = torch.tensor([5, 5, 5, 6, 6])  # drawn with replacement
    assert buckets.Buckets(lengths, 2)(twice, torch.Generator()).sort().values.equal(twice)
    for count in (1, 2, 7, 14):
        few = torch.arange(count)
        assert arrange(few, torch.Generator()).sort().values.equal(few)


def test_classes_may_be_drawn_equally_often(tmp_path: Path) -> None:
    rows = [
        [f"{text} {k}", "rare" if k % 10 == 0 else "usual"] for k, text in enumerate(made_up(400))
    ]
    path = write(tmp_path / "texts.csv", rows, ["text", "label"])
    fractions = []
    for weighted in (False, True):
        loader = load(path, CLASSES, weighted_sampling=weighted, vocab_size=300)[0]
        targets = torch.cat(
            [batch.targets for epoch in range(3) for batch in loader.batches(epoch)]
        )
        fractions.append(float(targets.double().mean()))
    assert fractions[0] == pytest.approx(0.9, abs=0.01)
    assert fractions[1] == pytest.approx(0.5, abs=0.06)


def test_ragged_rows_are_padded_with_none() -> None:
    Ragged = CLASSES.load("data.ragged").Ragged
    rows = Ragged.of([[1, 2, 3], [], [4], [5, 6]])
    assert rows.lengths.tolist() == [3, 0, 1, 2]
    assert rows.padded(torch.tensor([3, 1])).tolist() == [[5, 6], [-1, -1]]
    assert rows.padded(torch.tensor([2, 0, 2])).tolist() == [[4, -1, -1], [1, 2, 3], [4, -1, -1]]
    assert rows.padded(torch.tensor([1, 1])).shape == (2, 0)
    assert rows.padded(torch.arange(0)).shape == (0, 0)
    assert Ragged.of([]).padded(torch.arange(0)).shape == (0, 0)
    assert Ragged.of([[], []]).padded(torch.arange(2)).shape == (2, 0)


def test_texts_of_any_file_are_predicted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "texts.csv", two_classes(), ["text", "label"])
    info = load(path, CLASSES)[0].info
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "lines.txt").write_bytes("caf\u00e9\r\n\r\nthe end".encode("latin-1"))
    write(folder / "rows.csv", [[1, "the\nhouse"], [2, ""], [3, "tea"]], ["id", "text"])
    (folder / "rows.jsonl").write_text('{"text": "tea"}\n{"text": "x"}\n{"text": ["tea"]}\n')
    write(folder / "other.csv", [[1, "tea"]], ["id", "words"])
    (folder / "image.png").write_bytes(b"\x89PNG")
    read = CLASSES.load("data.dataloader").read_inputs
    paths = [str(folder), str(tmp_path / "gone.txt")]
    found = {
        record["input"]: (record, batch)
        for record, batch in read(paths, settings(path, CLASSES), info)
    }
    short = {name.removeprefix(f"{folder}/"): each for name, each in found.items()}
    errors = {name: str(each[1]) for name, each in short.items() if isinstance(each[1], Exception)}
    assert sorted(short) == [
        str(tmp_path / "gone.txt"),
        "lines.txt:1",
        "lines.txt:2",
        "lines.txt:3",
        "other.csv",
        "rows.csv:2",  # and 3
        "rows.csv:4",
        "rows.csv:5",
        "rows.jsonl:1",
        "rows.jsonl:2",
        "rows.jsonl:3",
    ]
    assert {*errors} == {
        "lines.txt:2",
        "other.csv",
        "rows.csv:4",
        "rows.jsonl:3",
        str(tmp_path / "gone.txt"),
    }
    assert "column 'text'" in errors["other.csv"]
    assert errors["rows.csv:4"].endswith("rows.csv line 4: the text is empty, column 'text'")
    assert short["lines.txt:1"][0] == {"input": f"{folder}/lines.txt:1", "text": "caf\u00e9"}
    batch = short["rows.csv:2"][1]
    made = CLASSES.load("data.schema").Schema(**info.schema).make_tokenizers()["text"]
    assert made.decode(batch.inputs[0].tolist()) == short["rows.csv:2"][0]["text"] == "the\nhouse"
    assert "lines.txt: the file is read as cp1252" in capsys.readouterr().err


def test_the_schema_is_readable_and_its_tokenizer_a_file(tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    path = write(tmp_path / "texts.csv", two_classes(), ["text", "label"])
    info = load(path, CLASSES, manifest=tmp_path / "splits.csv")[0].info
    written = json.loads((tmp_path / "schema.json").read_text(encoding="utf-8"))
    kept = info.schema["tokenizers"]["text"]
    assert written["tokenizers"] == {"text": kept | {"json": "tokenizer.json"}}
    rest = {name: value for name, value in info.schema.items() if name != "tokenizers"}
    assert {name: written[name] for name in rest} == rest
    made = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    batch = load(path, CLASSES, info=info, whole=True)[0].source.read([torch.tensor([0])])
    ids = next(iter(batch)).inputs[0].tolist()
    assert made.encode(WORDS[0]).ids == ids


def test_a_batch_joins_and_cuts() -> None:
    Batch = CLASSES.load("batch").Batch
    one = Batch(torch.tensor([[1, 2, 3]]), torch.tensor([0]), torch.tensor([7]))
    two = Batch(torch.tensor([[4, 5], [6, -1]]), torch.tensor([1, 0]), torch.tensor([8, 9]))
    both = Batch.join([one, two])
    assert both.inputs.tolist() == [[1, 2, 3], [4, 5, -1], [6, -1, -1]]
    assert both.ids.tolist() == [7, 8, 9]
    assert both.cut(1, 3).targets.tolist() == [1, 0]
    assert (both.size, both.to(CPU).size) == (3, 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"vocab_size": 0},
        {"max_length": 2},
        {"tokenizer": ""},
        {"max_samples": 0},
        {"train_val_test_split": [0.5, 0.5]},
        {"train_val_test_split": [0.7, 0.4, -0.1]},
        {"class_names": ["a", "a"]},
    ],
)
def test_settings_are_refused_by_name(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=rf"data\.{next(iter(changes))}"):
        CLASSES.load("data.settings").DataSettings(**changes)
