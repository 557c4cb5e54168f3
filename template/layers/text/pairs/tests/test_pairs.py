"""Pairs as batches: tokens of source and target, the texts that are right, and what is odd."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from samples import load_synthetic, make_pair, write_inputs

from pkg.batch import Batch
from pkg.config import Config
from pkg.data import dataloader, doctor
from pkg.data.dataloader import get_dataloaders, read_inputs
from pkg.data.found import Found
from pkg.data.settings import DataSettings
from pkg.data.vocabulary import load_vocabulary
from pkg.engine.errors import UserError
from pkg.references import pack, unpack

OPTIONS: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": torch.device("cpu")}


@pytest.fixture
def data(make_config: Callable[..., Config]) -> DataSettings:
    return make_config("run").data


def change(monkeypatch: pytest.MonkeyPatch, **columns: list[Any]) -> None:
    """Let the first rows of the data set have other cells."""

    def load(*_: object) -> Found:
        found = load_synthetic()
        for name, cells in columns.items():
            found.columns[name][: len(cells)] = cells
        return found

    for module in (dataloader, doctor):
        monkeypatch.setattr(module, "load_rows", load)


@pytest.mark.parametrize("own", [None, "characters"])
def test_batches_hold_both_texts(data: DataSettings, own: str | None) -> None:
    loaders = get_dataloaders(replace(data, target_tokenizer=own), **OPTIONS)
    info, seen = loaders[0].info, list[int]()
    vocabulary = load_vocabulary(info.schema)
    assert info.input_shape == [vocabulary.size, data.max_target_length]
    assert vocabulary.size % 64 == 0
    assert (vocabulary.size > 320) is bool(own)
    for loader in loaders:
        for batch in loader.batches():
            assert int(batch.inputs.max()) < vocabulary.sources.size
            rows = zip(
                batch.inputs, vocabulary.read(batch.labels), unpack(batch.targets), strict=True
            )
            for (source, target, right), k in zip(rows, batch.ids.tolist(), strict=True):
                assert (vocabulary.sources.decode(source.tolist()), target) == make_pair(k)
                assert right == [target]
                seen.append(k)
            lengths = (batch.labels >= 0).sum(1)
            last = batch.labels.gather(1, lengths[:, None] - 1)
            assert (last == vocabulary.end).all()
            assert batch.labels.shape[1] == lengths.max()
    assert sorted(seen) == [*range(50)]


def test_a_target_that_is_cut_has_its_end_token(
    data: DataSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    loader = get_dataloaders(replace(data, max_target_length=6), **OPTIONS)[0]
    vocabulary, batch = load_vocabulary(loader.info.schema), next(loader.batches())
    assert batch.labels.shape[1] == 6
    assert (batch.labels[:, -1] == vocabulary.end).all()
    for text, [right] in zip(vocabulary.read(batch.labels), unpack(batch.targets), strict=True):
        assert text == right[:5]
    report = [str(each) for each in doctor.examine(replace(data, max_target_length=6)).sorted]
    assert any("25 of 50 targets are longer than 6 tokens" in each for each in report)


def test_all_targets_of_a_source_are_right_and_in_one_split(
    data: DataSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, number=["7", "7", "7"], backwards=["7", "7 0", ["7", "0 7"]])
    for seed in range(3):
        loaders, right = get_dataloaders(replace(data, split_seed=seed), **OPTIONS), []
        for loader in loaders:
            batches = [*loader.batches()]
            texts = [texts for batch in batches for texts in unpack(batch.targets)]
            right.append([several for several in texts if len(several) > 1])
        assert sorted(map(len, right)) == [0, 0, 4]
        assert max(right) == [["7", "7 0", "0 7"]] * 4


def test_empty_sides_are_left_out_by_their_place(
    data: DataSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(monkeypatch, number=["1", "", None], backwards=[None, "1", "2"])
    with pytest.raises(UserError, match=r"synthetic row 1: the target is empty"):
        get_dataloaders(data, **OPTIONS)
    report = [str(each) for each in doctor.examine(data).findings if each.severity == "error"]
    assert [each.split(": ")[1] for each in report] == [f"synthetic row {k}" for k in (1, 2, 3)]
    assert "the source is empty, column 'number'" in report[1]


def test_sources_of_others_are_read(data: DataSettings) -> None:
    info = get_dataloaders(data, **OPTIONS)[0].info
    paths = write_inputs(data, 3)
    Path("more.txt").write_text("12\n\n3456789012\n")
    found = [*read_inputs([*paths, "more.txt"], data, info)]
    assert [record["source"] for record, _ in found][:3] == [make_pair(k)[0] for k in range(3)]
    assert [record["input"] for record, _ in found][3:] == [f"more.txt:{k}" for k in (1, 2, 3)]
    batches = [batch for _, batch in found]
    assert isinstance(batches[4], UserError)
    assert isinstance(batches[5], Batch)
    assert batches[5].inputs.shape == (1, data.max_length)
    joined = Batch.join([batch for batch in batches if isinstance(batch, Batch)])
    assert joined.inputs.shape == (5, data.max_length)
    assert joined.labels.shape == (5, 0)


def test_texts_come_back_from_numbers() -> None:
    rows = [["a", "", "ä🙂\n"], [""], ["b"]]
    longest = max(len(pack(row)) for row in rows)
    packed = [pack(row) + [-1] * (longest - len(pack(row))) for row in rows]
    assert unpack(torch.tensor(packed)) == rows
