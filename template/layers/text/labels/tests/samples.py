"""Synthetic texts, in the place of those that `data/source.py` finds in files."""

import csv
from pathlib import Path
from typing import Any

import pytest
import torch
from expected import KIND, make_columns
from torch import Tensor

from pkg.data import dataloader, doctor
from pkg.data.found import Found
from pkg.data.info import DataInfo
from pkg.data.settings import DataSettings

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
SHAPE = [64, 12]  # that every model takes: a vocabulary, and most tokens
NUMBERS = torch.arange(NUM_SAMPLES)
WRONG = {"data.max_length 2": "data.max_length", "data.vocab_size 0": "data.vocab_size"}
ALONE: dict[str, Any] = {}  # changes for which no sample depends on its batch
FIXED: dict[str, Any] = {  # other values of what a run has settled
    "split_seed": 99,
    "train_val_test_split": [0.5, 0.25, 0.25],
    "tokenizer": "bytes",
    "max_length": 99,
}


def make_settings() -> DataSettings:
    """Return settings that fit the synthetic texts."""
    names: dict[str, Any] = {"class_names": [*make_columns(NUMBERS)], "label_delimiter": "|"}
    return DataSettings(
        dataset_path="synthetic",
        target_columns=[*make_cells()],
        vocab_size=300,
        max_length=16,
        train_val_test_split=[0.6, 0.2, 0.2],
        **names if KIND == "labels" else {},
    )


def make_info(names: list[str]) -> DataInfo:
    """Return facts of a data set with outputs of these names."""
    return DataInfo([320, 16], names, {}, {})


def make_inputs(count: int) -> Tensor:
    """Return tokens of that many texts, the first of which is the longest."""
    vocabulary, longest = SHAPE
    tokens = torch.randint(vocabulary, (count, longest))
    lengths = longest - torch.arange(count) % (longest // 2)
    return tokens.where(torch.arange(longest) < lengths[:, None], -1)


def put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every data set be the synthetic one."""
    for module in (dataloader, doctor):
        monkeypatch.setattr(module, "load_rows", lambda *_: load_synthetic())


def keep_rows(monkeypatch: pytest.MonkeyPatch, rows: slice) -> None:
    """Let every data set be a part of the synthetic one."""
    kept = range(NUM_SAMPLES)[rows]
    monkeypatch.setattr(dataloader, "load_rows", lambda *_: load_synthetic().keep(kept))


def write_inputs(settings: DataSettings, count: int) -> list[str]:
    """Write the first texts into files; return what predict.py takes."""
    texts = load_synthetic().columns["text"][:count]
    with Path("texts.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["number", "text"], *enumerate(texts[: count // 2])])
    Path("texts.txt").write_text("\n".join(texts[count // 2 :]) + "\n", encoding="utf-8")
    return ["texts.csv", "texts.txt"]


def load_synthetic() -> Found:
    """Make up what `data/source.py` finds in files: texts of some words, each with a number."""
    words = [["the", "cold", "house"], ["a", "warm", "house", "by", "the", "sea"]]
    texts = [" ".join([*words[n % 2], *["far"] * (n % 4), str(n)]) for n in NUMBERS.tolist()]
    places = [f"synthetic line {number + 2}" for number in range(NUM_SAMPLES)]
    return Found({"text": texts, **make_cells()}, places)


def make_cells() -> dict[str, list[Any]]:
    """Return columns of targets; labels are those of one column, such as `a|b`."""
    columns = make_columns(NUMBERS)
    if KIND != "labels":
        return columns
    rows = zip(*columns.values(), strict=True)
    cells = [[name for name, has in zip(columns, row, strict=True) if has] for row in rows]
    return {"labels": ["|".join(names) for names in cells]}
