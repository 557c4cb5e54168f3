"""Synthetic sentences, in the place of those that `data/source.py` finds in files."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from pkg.data import dataloader, doctor
from pkg.data.found import Found
from pkg.data.info import DataInfo
from pkg.data.settings import DataSettings

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
SHAPE = [64, 12]  # that every model takes: a vocabulary, and most tokens
LABELS = ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]  # of the synthetic sentences
WRONG = {"data.max_length 2": "data.max_length", "data.vocab_size 0": "data.vocab_size"}
ALONE: dict[str, Any] = {}  # changes for which no sample depends on its batch
FIXED: dict[str, Any] = {  # other values of what a run has settled
    "split_seed": 99,
    "train_val_test_split": [0.5, 0.25, 0.25],
    "tokenizer": "bytes",
    "max_length": 99,
}


def make_settings() -> DataSettings:
    """Return settings that fit the synthetic sentences."""
    return DataSettings(
        dataset_path="synthetic",
        vocab_size=300,
        max_length=24,
        train_val_test_split=[0.6, 0.2, 0.2],
    )


def make_info(names: list[str], spans: bool = True) -> DataInfo:
    """Return facts of a data set with labels of these names, those of entities if `spans`."""
    targets = {"scheme": "IOB2" if spans else "plain", "spans": spans}
    return DataInfo([320, 24], names, {}, targets)


def make_inputs(count: int) -> Tensor:
    """Return tokens of that many sentences, the first of which is the longest."""
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
    """Write the words of the first sentences into files; return what predict.py takes."""
    sentences = load_synthetic().columns["tokens"][:count]
    lines = [json.dumps({"tokens": words}) for words in sentences[: count // 2]]
    Path("sentences.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    blocks = ["".join(f"{word} O\n" for word in words) for words in sentences[count // 2 :]]
    Path("sentences.conll").write_text("\n".join(blocks), encoding="utf-8")
    return ["sentences.jsonl", "sentences.conll"]


def load_synthetic() -> Found:
    """Make up what `data/source.py` finds in files: sentences of places and people."""
    sentences = [make_sentence(number) for number in range(NUM_SAMPLES)]
    columns = {
        "tokens": [[word for word, _ in sentence] for sentence in sentences],
        "tags": [[label for _, label in sentence] for sentence in sentences],
    }
    places = [f"synthetic line {number + 1}" for number in range(NUM_SAMPLES)]
    return Found(columns, places, file={"format": "synthetic"})


def make_sentence(number: int) -> list[tuple[str, str]]:
    """Return the words of a sentence with their labels; every fifth has no entity."""
    if number % 5 == 0:
        return [("nobody", "O"), ("was", "O"), ("there", "O"), (str(number), "O")]
    person = [("Ada", "B-PER"), ("Hill", "I-PER")][: 1 + number % 2]
    place = [("New", "B-LOC"), ("York", "I-LOC")] if number % 3 else [("Oslo", "B-LOC")]
    first, last = (person, place) if number % 4 else (place, person)
    return [*first, ("near", "O"), *last, ("is", "O"), (str(number), "O")]
