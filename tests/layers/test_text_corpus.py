"""A corpus: its tokens are packed into windows once, its texts divided, and its doctor sees all."""

import json
import math
import random
from pathlib import Path
from typing import Any

import pytest
import torch
from stacks import stack

FILES = stack(
    "base",
    "engine",
    "engine/draws",
    "text",
    "table/encodings",
    "table/dialect",
    "text/rows",
    "text/corpus",
    "text/corpus/sources/files",
    "tasks/language_model",
    "models/gpt/decoding",
)
CPU = torch.device("cpu")
WORDS = "the skull that I knew, Horatio: of infinite jest — été 雪 😀"


def write(folder: Path, **texts: str) -> str:
    """Write texts as files; return their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    return str(folder)


def prose(seed: int, lines: int) -> str:
    """Make up lines of words, no two of which are alike."""
    chance = random.Random(seed)
    words = ([*WORDS.split(), str(seed), str(line)] for line in range(lines))
    return "".join(" ".join(chance.sample(each, 9)) + "\n" for each in words)


def settings_for(path: str, **changes: Any) -> Any:
    values = {"tokenizer": "characters", "max_length": 16, "vocab_size": 400, **changes}
    return FILES.load("data.settings").DataSettings(dataset_path=path, **values)


def load(path: str, manifest: Path | None = None, info: Any = None, **changes: Any) -> Any:
    """Return the loaders of the texts at a path."""
    get_dataloaders = FILES.load("data.dataloader").get_dataloaders
    options: dict[str, Any] = {"batch_size": 4, "seed": 0, "device": CPU, "info": info}
    return get_dataloaders(settings_for(path, **changes), **options, manifest=manifest)


def tokenizer_of(info: Any) -> Any:
    return FILES.load("data.schema").Schema(**info.schema).make_tokenizer()


def every_window(loader: Any) -> list[Any]:
    """Return the windows of a loader, in the order of the texts."""
    [batch] = loader.source.read([loader.ids])
    return [batch.cut(k, k + 1) for k in range(batch.size)]


def row_of(windows: list[Any]) -> list[int]:
    """Return the tokens that windows predict, in a row, after the first that they see."""
    row = [int(windows[0].tokens[0, 0])]
    for window in windows:
        assert int(window.tokens[0, 0]) == row[-1]  # where the one before ended
        row += [x for x in window.tokens[0, 1:].tolist() if x >= 0]
    return row


@pytest.mark.parametrize("tokenizer", ["characters", "bytes", "bpe", "unigram", "words"])
def test_each_token_is_predicted_once(tmp_path: Path, tokenizer: str) -> None:
    texts = {
        "train__a": prose(1, 30),
        "train__b": prose(2, 7),
        "val__c": "été 雪",
        "test__d": "a b",
    }
    train, val, _ = load(write(tmp_path / "texts", **texts), tokenizer=tokenizer)
    known = tokenizer_of(train.info)
    end = known.end
    for loader, names in ((train, ("train__a", "train__b")), (val, ("val__c",))):
        windows = every_window(loader)
        row = row_of(windows)
        assert row[0] == row[-1] == end
        assert row.count(end) == len(names) + 1
        assert all((window.tokens >= 0).all() for window in windows[:-1])  # full ones
        whole = "".join(texts[name] for name in names)
        assert sum(int(window.bytes) for window in windows) == len(whole.encode())
        if tokenizer != "words":
            assert known.decode([x for x in row if x != end]) == whole
    assert train.info.input_shape == [known.size, 16]
    assert known.size % 64 == 0
    assert train.info.targets["bytes"] == len((texts["train__a"] + texts["train__b"]).encode())


def test_bytes_are_those_of_the_tokens_of_a_window(tmp_path: Path) -> None:
    path = write(tmp_path, train="a雪é" * 20, val="b", test="c")
    train = load(path, tokenizer="characters", max_length=6)[0]
    first = every_window(train)[0]
    assert int(first.bytes) == 2 * (1 + 3 + 2)  # six characters
    bytewise = every_window(load(path, tokenizer="bytes", max_length=6)[0])
    assert int(bytewise[0].bytes) == 6


def test_bits_per_byte_are_a_hand_sum(tmp_path: Path) -> None:
    train = load(write(tmp_path, train=prose(3, 9), val="b", test="c"), max_length=10)[0]
    objective = FILES.load("task.objective")
    judge = objective.Objective(0.0, FILES.load("models.decoding").Decoding(), 10)
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Embedding(train.info.input_shape[0] + 1, train.info.input_shape[0])
    ).eval()
    model.register_forward_pre_hook(lambda _, given: (given[0].clamp(min=0),))
    metrics = FILES.load("task.metrics").Metrics(1)
    windows = every_window(train)
    with torch.inference_mode():
        for window in windows:
            metrics.update(judge(model, window), window)
        row = row_of(windows)
        logits = model(torch.tensor(row[:-1])).double().log_softmax(-1)
        bits = -sum(float(logits[i, token]) for i, token in enumerate(row[1:])) / math.log(2)
    found = metrics.compute()
    assert found["bits_per_byte"] == pytest.approx(bits / len(prose(3, 9).encode()), rel=1e-6)
    assert found["perplexity"] == pytest.approx(2 ** (bits / (len(row) - 1)), rel=1e-5)


def test_few_texts_are_cut_at_line_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = prose(4, 200)
    path = write(tmp_path / "texts", hamlet=text)
    loaders = load(path, tmp_path / "splits.csv", train_val_test_split=[0.8, 0.1, 0.1])
    assert "each text is cut, at line ends: val and test come last" in capsys.readouterr().out
    known = tokenizer_of(loaders[0].info)
    parts = [known.decode(row_of(every_window(loader))) for loader in loaders]
    assert "".join(parts) == text
    assert all(part.endswith("\n") for part in parts)
    assert [len(part) / len(text) for part in parts] == pytest.approx([0.8, 0.1, 0.1], abs=0.01)
    again = load(
        path, tmp_path / "splits.csv", loaders[0].info, train_val_test_split=[0.8, 0.1, 0.1]
    )
    for one, other in zip(loaders, again, strict=True):
        assert row_of(every_window(one)) == row_of(every_window(other))
    write(tmp_path / "texts", hamlet="One line more.\n" + text)
    with pytest.raises(FILES.UserError, match=r"have changed since .*splits\.csv was written"):
        load(path, tmp_path / "splits.csv", loaders[0].info)
    with pytest.raises(
        FILES.UserError, match=r"data\.dataset_path: .* has changed since the train"
    ):
        load(path, None, loaders[0].info)


def test_many_texts_are_divided_as_they_are(tmp_path: Path) -> None:
    texts = {f"text_{k:02}": prose(k, 3) for k in range(50)}
    path = write(tmp_path / "texts", **texts)
    loaders = load(path, tmp_path / "splits.csv", train_val_test_split=[0.6, 0.2, 0.2])
    end = tokenizer_of(loaders[0].info).end
    counts = [row_of(every_window(loader)).count(end) - 1 for loader in loaders]
    assert counts == [30, 10, 10]
    (tmp_path / "texts/text_00.txt").rename(tmp_path / "texts/zz.txt")  # content decides
    again = load(path, tmp_path / "splits.csv", loaders[0].info)
    assert [row_of(every_window(loader)).count(end) - 1 for loader in again] == [30, 10, 10]


def test_what_is_given_stays_and_what_is_missing_comes_from_train(tmp_path: Path) -> None:
    texts = {"train__a": prose(1, 90), "test__b": prose(2, 20)}
    loaders = load(write(tmp_path, **texts), train_val_test_split=[0.7, 0.2, 0.1])
    known = tokenizer_of(loaders[0].info)
    train, val, test = (known.decode(row_of(every_window(loader))) for loader in loaders)
    assert test == texts["test__b"]
    assert train + val == texts["train__a"]
    assert len(val) / len(texts["train__a"]) == pytest.approx(0.2, abs=0.02)


def test_windows_are_used_evenly_where_most_are_not(tmp_path: Path) -> None:
    path = write(tmp_path, train=prose(1, 90), val=prose(2, 20), test=prose(3, 20))
    train, val, _ = load(path, max_samples=5)
    assert len(train.ids) == len(val.ids) == 5
    assert train.ids.diff().min() > 10
    assert val.ids.min() > train.ids.max()  # numbers of the whole data set


def test_too_little_for_a_window_names_the_setting(tmp_path: Path) -> None:
    path = write(tmp_path, train="short", val="b", test="c")
    problem = r"data\.max_length: train has 6 tokens, of which a window takes 16: .* lower"
    with pytest.raises(FILES.UserError, match=problem):
        load(path)
    assert len(load(path, max_length=6)[0].ids) == 1
    report = FILES.load("data.doctor").examine(settings_for(path))
    assert report.has_errors
    assert "data.max_length: train has 6 tokens" in str(report.sorted[0])


def test_the_doctor_sees_what_is_wrong(tmp_path: Path) -> None:
    texts = {
        "train__a": prose(1, 300),
        "train__b": "",
        "val__c": prose(2, 20),
        "test__d": "語" * 90,
    }
    path = write(tmp_path, **texts, test__e=texts["val__c"])
    report = FILES.load("data.doctor").examine(settings_for(path, vocab_size=300))
    found = [str(each) for each in report.sorted]
    assert [text for text in found if "val__c" in text or "test/e" in text] == [
        f"warning: {tmp_path}/test/e.txt: in test, but equal to {tmp_path}/val/c.txt in val: "
        "leave one of both, or metrics are too good"
    ]
    strange = [text for text in found if "stand for what has none" in text]
    assert any(" of test " in text and "'語'" in text for text in strange)
    assert any("an empty document" in text and "b.txt" in text for text in found)
    facts = report.facts
    assert facts["documents"] == 5
    assert facts["bytes in"]["val"] == len(texts["val__c"].encode())
    assert facts["windows in"]["val"] == -(-(len(texts["val__c"]) + 1) // 16)
    assert facts["encoding"] == "utf-8"
    assert not report.has_errors


def test_lines_that_are_broken_are_counted(tmp_path: Path) -> None:
    lines = [json.dumps({"text": f"line number {k}"}) for k in range(200)]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join([*lines, "no json"]) + "\n")
    loaders = load(str(path), tmp_path / "splits.csv")
    known = tokenizer_of(loaders[0].info)
    texts = known.decode([x for loader in loaders for x in row_of(every_window(loader))])
    assert all(f"line number {k}" in texts for k in range(200))
    assert "corpus.jsonl line 201" in (tmp_path / "quarantine.csv").read_text()
    path.write_text("\n".join([*lines, *["no json"] * 9]) + "\n")
    with pytest.raises(FILES.UserError, match=r"data\.max_unreadable: more than 2 of 209"):
        load(str(path))


def test_prompts_come_from_files_and_lines(tmp_path: Path) -> None:
    info = load(write(tmp_path / "texts", train=prose(1, 90), val="b", test="c"))[0].info
    (tmp_path / "one.txt").write_text("Alas, poor\n")
    (tmp_path / "more.jsonl").write_text('{"prompt": "a"}\n\n{"text": "é"}\n"b"\n{"x": 1}\n')
    (tmp_path / "none.png").write_text("a")
    names = [str(tmp_path / name) for name in ("one.txt", "more.jsonl", "none.png", "gone.txt")]
    read_inputs = FILES.load("data.dataloader").read_inputs
    found = [*read_inputs(names, settings_for("."), info)]
    assert [record.get("prompt") for record, _ in found] == [
        *("Alas, poor", "a", "é", "b"),
        *(None, None, None),
    ]
    assert [record["input"] for record, _ in found][1:4] == [f"{names[1]}:{k}" for k in (1, 3, 4)]
    known = tokenizer_of(info)
    batch = found[2][1]
    assert int(batch.tokens[0, 0]) == known.end
    assert known.decode(batch.tokens[0].tolist()) == "é"
    assert (int(batch.bytes), int(batch.ids)) == (2, 2)
    errors = [str(batch) for _, batch in found[4:]]
    assert "has no text under prompt or text" in errors[0]
    assert "is no .txt or .jsonl" in errors[1]
    assert "cannot be read" in errors[2]


def test_windows_of_each_epoch_begin_elsewhere_and_predict_each_token_once(tmp_path: Path) -> None:
    train, val, _ = load(write(tmp_path, train=prose(1, 20), val=prose(2, 9), test="c"))
    [plain] = train.source.read([train.ids])
    counts, firsts = plain.labels[plain.labels >= 0].bincount(), list[list[int]]()
    for epoch in (0, 1, 2, 1):
        batches = [*train.batches(epoch)]
        tokens = torch.cat([batch.tokens for batch in batches])
        tokens = tokens[torch.cat([batch.ids for batch in batches]).argsort()]
        assert tokens[1:, 0].equal(tokens[:-1, -1])  # where the window before ended
        assert tokens[-1][tokens[-1] >= 0][-1] == tokens[0, 0]  # it is a ring
        labels = tokens[:, 1:]
        assert labels[labels >= 0].bincount().equal(counts)
        assert sum(int(batch.bytes.sum()) for batch in batches) == int(plain.bytes.sum())
        firsts.append(tokens[0].tolist())
    assert firsts[0] == plain.tokens[0].tolist()
    assert firsts[1] == firsts[3]
    assert firsts[0] != firsts[1] != firsts[2]
    assert [batch.tokens.tolist() for batch in val.batches(0)] == [
        batch.tokens.tolist() for batch in val.batches(1)
    ]
