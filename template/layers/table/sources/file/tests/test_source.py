"""A table in a file is read as it stands."""

from pathlib import Path

from pkg.data.settings import DataSettings
from pkg.data.source import load_frame


def test_the_rows_of_a_file_are_those_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("area,kind\n1.5,a\n2.5,b\n")
    frame = load_frame(DataSettings(dataset_path=str(path)))
    assert frame.to_dict("list") == {"area": ["1.5", "2.5"], "kind": ["a", "b"]}
