"""What was learnt of the table stays: in the checkpoint, beside the splits, for later files."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from expected import make_columns

from pkg.batch import Batch
from pkg.data import dataloader
from pkg.data.dataloader import (
    SplitLoader,
    get_dataloaders,
    read_inputs,
)
from pkg.data.info import DataInfo
from pkg.data.schema import Schema
from pkg.data.settings import DataSettings
from pkg.engine.errors import UserError

TARGETS = make_columns(torch.arange(60))
CPU = torch.device("cpu")


def make(rows: range) -> pd.DataFrame:
    """Return rows, no two of which are alike."""
    frame = pd.DataFrame(
        {
            "area": [f"{row}.5" for row in range(60)],
            "code": ["01", "02", "0A"] * 20,
            **TARGETS,
        }
    )
    return frame.iloc[[*rows]].reset_index(drop=True)


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that makes the loaders of some rows."""

    def load(
        rows: range, info: DataInfo | None = None, manifest: Path | None = None
    ) -> tuple[SplitLoader, ...]:
        monkeypatch.setattr(dataloader, "load_frame", lambda *_: make(rows))
        settings = DataSettings(target_columns=[*TARGETS])
        options: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": CPU}
        return get_dataloaders(settings, **options, info=info, manifest=manifest)

    return load


def areas(loader: SplitLoader, rows: range) -> set[str]:
    return {make(rows)["area"].iloc[k] for k in loader.ids.tolist()}


def test_the_schema_stands_beside_the_splits(load: Any, tmp_path: Path) -> None:
    info = load(range(60), None, tmp_path / "splits.csv")[0].info
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8")) == info.schema
    kinds = {column["name"]: column["kind"] for column in info.schema["columns"]}
    assert kinds == {"area": "number", "code": "category"}


def test_rows_keep_their_split_in_another_order(load: Any, tmp_path: Path) -> None:
    manifest = tmp_path / "splits.csv"
    before = load(range(60), None, manifest)
    after = load(range(59, 4, -1), before[0].info, manifest)
    for old, new in zip(before, after, strict=True):
        assert areas(new, range(59, 4, -1)) <= areas(old, range(60))


def test_rows_that_trained_are_not_evaluated_by_chance(load: Any, tmp_path: Path) -> None:
    info = load(range(60), None, tmp_path / "splits.csv")[0].info
    load(range(60), info)
    with pytest.raises(UserError, match=r"changed since the training.*splits\.csv"):
        load(range(5, 60), info)


def test_a_code_is_its_text_in_any_file(load: Any, tmp_path: Path) -> None:
    info = load(range(60))[0].info
    codes = Schema(**info.schema).make_columns().features
    path = tmp_path / "new.csv"
    for some in (["01"], ["02", "01"], ["0A"]):
        path.write_text("code,area\n" + "".join(f"{code},1.5\n" for code in some))
        for code, row in zip(some, read_inputs([str(path)], DataSettings(), info), strict=True):
            assert isinstance(row[1], Batch)
            assert row[1].inputs[0, codes.index(f"code={code}")] == 1
