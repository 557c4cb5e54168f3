"""Images and a CSV file of targets: what is found, and what is refused."""

import csv
from pathlib import Path
from typing import Any

import pytest
import torch
from expected import make_columns, make_targets
from PIL import Image

from pkg.data.dataloader import get_dataloaders
from pkg.data.settings import DataSettings
from pkg.data.source import load_samples
from pkg.engine.errors import UserError

COUNT = 24
CELLS = make_columns(torch.arange(COUNT))  # of the targets


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write images; return where the test writes its table."""
    (tmp_path / "images").mkdir()
    for number in range(COUNT):
        Image.new("L", (4, 4), number).save(tmp_path / f"images/{number}.png")
    return tmp_path / "labels.csv"


def row(number: int, image: int | None = None) -> str:
    """Return a line of the table, for the image of a number."""
    cells = [str(column[number]) for column in CELLS.values()]
    return ",".join([f"images/{number if image is None else image}.png", *cells])


def write(table: Path, *lines: str, first: str = "path") -> Path:
    """Write a table with a header."""
    table.write_text("\n".join([",".join([first, *CELLS]), *lines]) + "\n")
    return table


def settings(table: Path, **changes: Any) -> DataSettings:
    return DataSettings(dataset_path=str(table), input_shape=[3, 4, 4], **changes)


@pytest.mark.parametrize("first", ["path", "file"])
def test_rows_are_samples(table: Path, first: str) -> None:
    write(table, *map(row, reversed(range(COUNT))), "", first=first)
    for place in (table, table.parent):  # the only one in a folder
        samples = load_samples(settings(place))
        assert samples.names == [f"images/{number}.png" for number in reversed(range(COUNT))]
        targets, names = make_targets(torch.arange(COUNT))
        found = samples.targets.tolist()
        assert samples.output_names == names
        assert torch.tensor(found).allclose(targets.flip(0))
        assert samples.read(samples.names[1]).getpixel((0, 0)) == COUNT - 2


def test_columns_may_be_chosen(table: Path) -> None:
    lines = [f"{row(number)},note" for number in range(COUNT)]
    table.write_text("\n".join([",".join(["path", *CELLS, "remark"]), *lines]))
    samples = load_samples(settings(table, target_columns=[*CELLS]))
    assert samples.output_names == make_targets(torch.arange(COUNT))[1]
    with pytest.raises(UserError, match=r"data\.target_columns: .*'price'"):
        load_samples(settings(table, target_columns=["price"]))


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([row(1), row(2, image=99)], r"line 3: no image 'images/99\.png'"),
        ([row(1) + ",1"], "line 2: not as many cells"),
        ([row(1), row(2, image=1)], "line 3: .* stands in .*line 2"),
        ([], r"data\.dataset_path: .* needs rows"),
    ],
)
def test_bad_rows_are_named(table: Path, lines: list[str], message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_samples(settings(write(table, *lines)))


def test_rows_of_another_length_are_set_aside(table: Path) -> None:
    write(table, "images/1.png", *map(row, range(2, 22)), row(22) + ",1")
    options: dict[str, Any] = {"batch_size": 4, "seed": 0, "device": torch.device("cpu")}
    with pytest.raises(UserError, match=r"data\.max_unreadable: more than 1 of 20 .* line 23: not"):
        get_dataloaders(settings(table, max_unreadable=0.05), **options)
    options["manifest"] = table.with_name("splits.csv")
    loaders = get_dataloaders(settings(table, max_unreadable=0.1), **options)
    assert sorted(int(i) for loader in loaders for i in loader.ids) == [*range(20)]
    with table.with_name("quarantine.csv").open(newline="") as file:
        assert [cells[1] for cells in csv.reader(file)] == ["line 2", "line 23"]


def test_other_data_are_refused(table: Path) -> None:
    for path, message in {"gone.csv": "does not exist", "images": "must be a CSV file"}.items():
        with pytest.raises(UserError, match=rf"data\.dataset_path.* {message}"):
            load_samples(settings(table.parent / path))
    table.write_text(f"{row(1)}\n{row(2)}\n")
    with pytest.raises(UserError, match=r"line 1: 'images/1\.png' .* the header is missing"):
        load_samples(settings(table))
