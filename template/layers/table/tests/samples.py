"""A synthetic table, in the place of the one that `data/source.py` finds in a file."""

from typing import Any

import pandas as pd
import pytest
import torch
from expected import make_columns
from torch import Tensor

from pkg.data import dataloader
from pkg.data.info import DataInfo
from pkg.data.settings import DataSettings

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6
SHAPE = [5]  # that every model takes
NUMBERS = torch.arange(NUM_SAMPLES)
WRONG = {"data.target_columns 7": "data.target_columns"}
ALONE: dict[str, Any] = {}  # changes for which no sample depends on its batch
FIXED: dict[str, Any] = {  # other values of what a run has settled
    "split_seed": 99,
    "train_val_test_split": [0.5, 0.25, 0.25],
    "ignored_columns": ["height"],
}


def make_settings() -> DataSettings:
    """Return settings that fit the synthetic table."""
    return DataSettings(
        dataset_path="synthetic",
        target_columns=[*make_columns(NUMBERS)],
        train_val_test_split=[0.6, 0.2, 0.2],
    )


def make_info(names: list[str]) -> DataInfo:
    """Return facts of a data set with outputs of these names."""
    return DataInfo([4], names, {}, {})


def make_inputs(count: int) -> Tensor:
    """Return inputs of that many samples, as every model takes them."""
    return torch.randn(count, *SHAPE)


def put_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every data set be the synthetic one."""
    monkeypatch.setattr(dataloader, "load_frame", lambda *_: load_synthetic())


def keep_rows(monkeypatch: pytest.MonkeyPatch, rows: slice) -> None:
    """Let every data set be a part of the synthetic one."""
    monkeypatch.setattr(dataloader, "load_frame", lambda *_: load_synthetic()[rows])


def write_inputs(settings: DataSettings, count: int) -> list[str]:
    """Write the first samples as a file; return what predict.py takes."""
    load_synthetic()[:count].to_csv("rows.csv", index=False)
    return ["rows.csv"]


def load_synthetic() -> pd.DataFrame:
    """Make up what `data/source.py` finds in a file."""
    noise = torch.rand(2, NUM_SAMPLES, generator=torch.Generator().manual_seed(0))
    columns = {
        "width": (noise[0] + NUMBERS % 2).tolist(),
        "height": (noise[1] * 100).tolist(),
        "kind": ["round", "flat"] * (NUM_SAMPLES // 2),
    }
    return pd.DataFrame({**columns, **make_columns(NUMBERS)})
