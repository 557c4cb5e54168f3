"""The doctor of the table: findings with a place and a remedy."""

import pandas as pd
import pytest
import torch
from expected import make_columns

from pkg.data import doctor
from pkg.data.check import as_html, as_json, as_text
from pkg.data.doctor import examine
from pkg.data.settings import DataSettings

TARGETS = make_columns(torch.arange(60))


def findings(monkeypatch: pytest.MonkeyPatch, columns: dict[str, list[str]]) -> list[str]:
    frame = pd.DataFrame({**columns, **TARGETS})
    monkeypatch.setattr(doctor, "load_frame", lambda *_: frame)
    report = examine(DataSettings(target_columns=[*TARGETS]))
    assert all(write(report) for write in (as_html, as_json, as_text))
    return [str(each) for each in report.sorted]


def test_a_good_table_has_no_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not findings(monkeypatch, {"area": [f"{7 * row % 60}.5" for row in range(60)]})


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["7"] * 60, "warning: column 'area': one value in all rows"),
        ([str(row) for row in range(60)], "warning: column 'area': it counts the rows"),
        ([f"no {row}" for row in range(60)], "warning: column 'area': 4"),
        (["x" if row == 9 else f"{row}.5" for row in range(60)], "'x' is no number"),
        (["1.5", "2,5"] * 30, "error: .*column 'area': decimal commas and points"),
    ],
)
def test_each_finding_names_its_column(
    monkeypatch: pytest.MonkeyPatch, cells: list[str], expected: str
) -> None:
    found = findings(monkeypatch, {"area": cells, "other": [f"{row}.5" for row in range(60)]})
    assert any(pd.Series([text]).str.contains(expected).all() for text in found), found
