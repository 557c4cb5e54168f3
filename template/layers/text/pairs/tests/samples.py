"""Synthetic pairs, in the place of those that `data/source.py` finds in files.

A source is a number; its target has the digits the other way around, with blanks between them.
"""

import csv
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from pkg.data import dataloader, doctor
from pkg.data.found import Found
from pkg.data.info import DataInfo
from pkg.data.settings import DataSettings
from pkg.data.tokenizer import Tokenizer
from pkg.data.training_tokenizers import train_tokenizer

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
SHAPE = [320, 10]  # that every model takes: vocabulary, and most tokens
WRONG = {
    "data.max_length 0": "data.max_length",
    "data.max_target_length 1": "data.max_target_length",
    "data.vocab_size 0": "data.vocab_size",
}
ALONE: dict[str, Any] = {}  # changes for which no sample depends on its batch
FIXED: dict[str, Any] = {  # other values of what a run has settled
    "split_seed": 99,
    "train_val_test_split": [0.5, 0.25, 0.25],
    "tokenizer": "words",
    "target_tokenizer": "characters",
    "target_column": "spoken",
}


def make_settings() -> DataSettings:
    """Return settings that fit the synthetic pairs."""
    return DataSettings(
        dataset_path="synthetic",
        source_column="number",
        target_column="backwards",
        tokenizer="bytes",
        max_length=8,
        max_target_length=SHAPE[1],
        train_val_test_split=[0.6, 0.2, 0.2],
    )


def make_pair(number: int) -> tuple[str, str]:
    """Return the source of a number from 0 to 49, and its target."""
    digits = str(37 * number + 100)
    return digits, " ".join(reversed(digits))


def make_tokenizer() -> Tokenizer:
    """Return the tokenizer of the pairs, which is the same whatever it learns from."""
    return train_tokenizer([], "bytes", 0, start=False)


def make_info(names: list[str]) -> DataInfo:
    """Return facts of a data set whose target is called like this."""
    lost = {"length": 4.0, "cut": 0.0, "tokens": 0.0, "longest": 5.0, "unknown": 0.0}
    roles: dict[str, Any] = {"source": lost, "target": lost}
    tokenizers = {"source": make_tokenizer().to_dict()}
    return DataInfo(SHAPE, names, {"tokenizers": tokenizers, "lost": roles}, {"num_train": 30})


def make_inputs(count: int) -> Tensor:
    """Return inputs that every model takes, int64 [count, S], of several lengths."""
    generator = torch.Generator().manual_seed(count)
    tokens = torch.randint(SHAPE[0], (count, SHAPE[1]), generator=generator)
    lengths = torch.arange(SHAPE[1], SHAPE[1] - count, -1).clamp(min=2)
    return tokens.masked_fill(torch.arange(SHAPE[1]) >= lengths[:, None], -1)


def put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every data set be the synthetic one."""
    for module in (dataloader, doctor):
        monkeypatch.setattr(module, "load_rows", lambda *_: load_synthetic())


def keep_rows(monkeypatch: pytest.MonkeyPatch, rows: slice) -> None:
    """Let every data set be a part of the synthetic one."""
    kept = range(NUM_SAMPLES)[rows]
    monkeypatch.setattr(dataloader, "load_rows", lambda *_: load_synthetic().keep([*kept]))


def write_inputs(settings: DataSettings, count: int) -> list[str]:
    """Write the first samples as a file; return what predict.py takes."""
    with Path("rows.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerows([("number",), *((make_pair(number)[0],) for number in range(count))])
    return ["rows.csv"]


def load_synthetic() -> Found:
    """Make up what `data/source.py` finds in files."""
    sources, targets = map(list, zip(*map(make_pair, range(NUM_SAMPLES)), strict=True))
    places = [f"synthetic row {number}" for number in range(1, NUM_SAMPLES + 1)]
    return Found({"number": sources, "backwards": targets}, places, file={"format": "made up"})
