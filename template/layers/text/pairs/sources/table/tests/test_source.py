"""Pairs in tables: what is found, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from pkg.data.settings import DataSettings
from pkg.data.source import load_rows
from pkg.engine.errors import UserError


@pytest.mark.parametrize(
    ("name", "content", "columns"),
    [
        ("a.csv", 'source,target\n"one, two",1 2\n', {"source": ["one, two"], "target": ["1 2"]}),
        (
            "a.tsv",
            "Go.\tGeh.\nHi.\tHallo.\n",
            {"source": ["Go.", "Hi."], "target": ["Geh.", "Hallo."]},
        ),
        (
            "a.jsonl",
            '{"translation": {"en": "Go.", "de": "Geh."}}\n{"translation": {"en": "Hi."}}\n',
            {"en": ["Go.", "Hi."], "de": ["Geh.", None]},
        ),
    ],
)
def test_pairs_are_found(
    tmp_path: Path, name: str, content: str, columns: dict[str, list[Any]]
) -> None:
    (tmp_path / name).write_text(content)
    found = load_rows(DataSettings(dataset_path=str(tmp_path)))
    assert found.columns == columns
    assert found.broken == []


def test_other_data_are_refused(tmp_path: Path) -> None:
    for name in ("train.en", "train.de"):
        (tmp_path / name).write_text("a\n")
    with pytest.raises(UserError, match="looks like two parallel files"):
        load_rows(DataSettings(dataset_path=str(tmp_path)))
