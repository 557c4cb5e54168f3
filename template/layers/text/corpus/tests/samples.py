"""Synthetic texts, in the place of those that `data/source.py` finds in files.

Each has as many letters as make a window, with the token that stands before it.
"""

import json
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from pkg.data import dataloader, doctor
from pkg.data.corpus import Corpus, CorpusFile, Document
from pkg.data.info import DataInfo
from pkg.data.learning import learn_tokenizer
from pkg.data.schema import Schema
from pkg.data.settings import DataSettings

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
LETTERS = 7  # of a text
SHAPE = [320, LETTERS + 1]  # vocabulary and length, that every model takes
WRONG = {
    "data.streaming perhaps": "data.streaming",
    "data.max_length 0": "data.max_length",
    "data.vocab_size 0": "data.vocab_size",
}
ALONE: dict[str, Any] = {}  # changes for which no sample depends on its batch
FIXED: dict[str, Any] = {  # other values of what a run has settled
    "split_seed": 99,
    "train_val_test_split": [0.5, 0.25, 0.25],
    "tokenizer": "bytes",
    "streaming": True,
}


def make_settings() -> DataSettings:
    """Return settings that fit the synthetic texts."""
    return DataSettings(
        dataset_path="synthetic",
        tokenizer="characters",
        vocab_size=300,
        max_length=LETTERS + 1,
        train_val_test_split=[0.6, 0.2, 0.2],
    )


def make_info(names: list[str]) -> DataInfo:
    """Return facts of a data set with outputs of these names."""
    tokenizer = learn_tokenizer(make_settings(), map(write_text, range(NUM_SAMPLES)))
    schema = Schema("synthetic", {}, tokenizer.to_dict(), "", 1.0, "")
    return DataInfo(SHAPE, names, vars(schema), {})


def make_inputs(count: int) -> Tensor:
    """Return inputs that a model takes, int64 [count, T]."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(SHAPE[0], (count, SHAPE[1]), generator=generator)


def put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every data set be the synthetic one."""
    keep_rows(monkeypatch, slice(None))


def keep_rows(monkeypatch: pytest.MonkeyPatch, rows: slice) -> None:
    """Let every data set be a part of the synthetic one."""
    for module in (dataloader, doctor):
        monkeypatch.setattr(module, "find_corpus", lambda *_: make_corpus(rows))


def write_inputs(settings: DataSettings, count: int) -> list[str]:
    """Write the first samples as a file; return what predict.py takes."""
    lines = [json.dumps({"prompt": write_text(number)}) + "\n" for number in range(count)]
    Path("prompts.jsonl").write_text("".join(lines))
    return ["prompts.jsonl"]


def make_corpus(rows: slice) -> Corpus:
    """Return the corpus that `data/source.py` would find in a file of these texts."""
    numbers = range(NUM_SAMPLES)[rows]
    size = LETTERS * len(numbers)
    return Corpus([CorpusFile("synthetic", size, partial(read, numbers))], [], {})


def read(numbers: range, start: int) -> Iterator[Document]:
    """Yield the texts of these numbers, from one of them on."""
    for number in numbers[start:]:
        yield Document(f"text {number}", write_text(number))


def write_text(number: int) -> str:
    """Make up a text: two letters for its number, then those that mostly follow in the alphabet."""
    chance = random.Random(number)
    steps = [number // 10, number % 10]
    while len(steps) < LETTERS:
        steps.append((steps[-1] + 1 + (chance.random() < 0.2)) % 26)
    return "".join(chr(ord("a") + step) for step in steps)
