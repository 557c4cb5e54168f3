"""Texts as batches: what the model sees is what was written, and none of it twice."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from samples import load_synthetic, write_inputs

from pkg.batch import Batch
from pkg.config import Config
from pkg.data import dataloader, doctor
from pkg.data.dataloader import (
    SplitLoader,
    get_dataloaders,
    read_inputs,
)
from pkg.data.found import Found
from pkg.data.schema import Schema
from pkg.data.settings import DataSettings
from pkg.data.tokenizer import Tokenizer
from pkg.engine.errors import UserError

OPTIONS: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": torch.device("cpu")}
TEXTS = load_synthetic().columns["text"]


@pytest.fixture
def data(make_config: Callable[..., Config]) -> DataSettings:
    """Return settings that cut no text."""
    return replace(make_config("run").data, max_length=99)


def tokenizer_of(loader: SplitLoader) -> Tokenizer:
    return Schema(**loader.info.schema).make_tokenizers()["text"]


def change(monkeypatch: pytest.MonkeyPatch, row: int, text: object) -> None:
    """Let a text of the data set be another one."""

    def load(*_: object) -> Found:
        found = load_synthetic()
        found.columns["text"][row] = text
        return found

    for module in (dataloader, doctor):
        monkeypatch.setattr(module, "load_rows", load)


def test_batches_hold_the_texts(data: DataSettings) -> None:
    loaders = get_dataloaders(data, **OPTIONS)
    made = tokenizer_of(loaders[0])
    assert loaders[0].info.input_shape == [made.size, 99]
    seen = list[int]()
    for loader in loaders:
        for batch in loader.batches():
            assert batch.inputs.shape[1] == int((batch.inputs >= 0).sum(1).max())
            for tokens, k in zip(batch.inputs.tolist(), batch.ids.tolist(), strict=True):
                assert made.decode(tokens) == TEXTS[k]
                seen.append(k)
    assert sorted(seen) == [*range(50)]


def test_an_epoch_goes_on_after_any_batch(data: DataSettings) -> None:
    loader = get_dataloaders(data, **OPTIONS)[0]
    for epoch in range(2):
        whole = [*loader.batches(epoch)]
        assert [batch.size for batch in whole] == [8, 8, 8, 6]
        for done in range(4):
            rest = loader.batches(epoch, loader.advance(0, whole[:done]))
            for one, other in zip(rest, whole[done:], strict=True):
                assert all(a.equal(b) for a, b in zip(one, other, strict=True))


def test_long_texts_are_cut_and_that_is_said(
    data: DataSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    data = replace(data, max_length=6, tokenizer="bytes")
    loader = get_dataloaders(data, **OPTIONS, manifest=Path("splits.csv"))[0]
    assert "50 of 50 texts are longer than 6 tokens and are cut" in capsys.readouterr().out
    made = tokenizer_of(loader)
    for batch in loader.batches():
        assert batch.inputs.shape[1] == 6
        assert batch.inputs[:, -1].eq(made.end or -1).all()
        for tokens, k in zip(batch.inputs.tolist(), batch.ids.tolist(), strict=True):
            assert made.decode(tokens) == TEXTS[k][:4]


def test_what_was_learnt_of_the_texts_is_kept(
    data: DataSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    train = get_dataloaders(data, **OPTIONS, manifest=Path("splits.csv"))[0]
    assert "the texts are those of column 'text' (data.text_column)" in capsys.readouterr().out
    written = json.loads(Path("schema.json").read_text(encoding="utf-8"))
    assert written["columns"] == train.info.schema["columns"]
    assert (
        Path("tokenizer.json").read_text(encoding="utf-8") == tokenizer_of(train).library.to_str()
    )
    again = get_dataloaders(data, **OPTIONS, manifest=Path("splits.csv"), info=train.info)[0]
    assert capsys.readouterr() == ("", "")
    one, other = next(train.batches()), next(again.batches())
    assert all(a.equal(b) for a, b in zip(one, other, strict=True))


def test_lines_and_rows_are_predicted(data: DataSettings) -> None:
    info = get_dataloaders(data, **OPTIONS)[0].info
    made = Schema(**info.schema).make_tokenizers()["text"]
    paths = write_inputs(data, 6)
    Path("more.txt").write_text("\nthe end\n", encoding="utf-8")
    found = [*read_inputs([*paths, "more.txt", "gone.csv"], data, info)]
    names = [record["input"] for record, _ in found]
    rows = [*(f"texts.csv:{n}" for n in (2, 3, 4)), *(f"texts.txt:{n}" for n in (1, 2, 3))]
    assert names == [*rows, "more.txt:1", "more.txt:2", "gone.csv"]
    texts = [*TEXTS[:6], "", "the end"]
    for (record, batch), text in zip(found, texts, strict=False):
        assert record["text"] == text
        if isinstance(batch, Batch):
            assert made.decode(batch.inputs[0].tolist()) == text
    wrong = [name for name, (_, x) in zip(names, found, strict=True) if isinstance(x, UserError)]
    assert wrong == ["more.txt:1", "gone.csv"]


def test_an_empty_text_is_left_out_and_named(
    data: DataSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, 7, " ")
    with pytest.raises(UserError, match=r"synthetic line 9: the text is empty, column 'text'"):
        get_dataloaders(data, **OPTIONS)
    loaders = get_dataloaders(replace(data, max_unreadable=0.02), **OPTIONS)
    assert sum(len(loader.ids) for loader in loaders) == 49
    report = doctor.examine(data)
    assert report.has_errors
    assert report.sorted[0].place == "synthetic line 9"


def test_the_doctor_names_copies_and_what_is_odd(
    data: DataSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = doctor.examine(data)
    assert {each.severity for each in report.findings} == {"note"}  # on the columns
    assert [report.facts[name] for name in ("train", "val", "test")] == [30, 10, 10]
    assert sum(report.facts["texts of so many tokens"].values()) == 50
    change(monkeypatch, 7, TEXTS[5])
    found = {each.place: str(each) for each in doctor.examine(data).findings}
    assert "is the same text as synthetic line 9" in found["synthetic line 7"]
    change(monkeypatch, 7, "caf\u00c3\u00a9")
    found = {each.place: str(each) for each in doctor.examine(data).findings}
    assert "read as another encoding" in found["synthetic line 9"]


@pytest.mark.gpu
def test_batches_on_a_gpu_are_those_on_the_cpu(data: DataSettings) -> None:
    devices = [torch.device(name) for name in ("cpu", "cuda")]
    loaders = [get_dataloaders(data, **{**OPTIONS, "device": x})[0] for x in devices]
    pairs = list(zip(*(loader.batches() for loader in loaders), strict=True))
    assert len(pairs) == 4
    for here, there in pairs:
        assert there.inputs.is_cuda
        assert all(one.equal(other.cpu()) for one, other in zip(here, there, strict=True))
