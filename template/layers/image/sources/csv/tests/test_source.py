"""Images and a CSV file of targets: what is found, and what is refused."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from pkg.data.settings import DataSettings
from pkg.data.dataloader import get_dataloaders
from pkg.data.source import load_samples
from pkg.engine.errors import UserError


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write three images; return where the test writes its table."""
    (tmp_path / "images").mkdir()
    for number in (1, 2, 3):
        Image.new("L", (4, 4)).save(tmp_path / f"images/{number}.png")
    return tmp_path / "labels.csv"


def settings(table: Path, *columns: str) -> DataSettings:
    return DataSettings(
        dataset_path=str(table), input_shape=[3, 4, 4], target_columns=list(columns) or None
    )


#: if objective == "single_label"
def test_a_column_of_classes(table: Path) -> None:
    table.write_text("file,kind\nimages/3.png, rose\n\nimages/1.png,iris\n")
    samples = load_samples(settings(table.parent))
    assert samples.names == ["images/3.png", "images/1.png"]
    assert samples.output_names == ["iris", "rose"]
    assert samples.targets.equal(torch.tensor([1, 0]))
    assert samples.read(samples.names[1]).size == (4, 4)


#: endif
#: if objective == "multi_label"
def test_columns_of_0_and_1(table: Path) -> None:
    table.write_text("path,red,round\nimages/1.png,1,0\nimages/2.png,1,1\n")
    samples = load_samples(settings(table))
    assert samples.names == ["images/1.png", "images/2.png"]
    assert samples.output_names == ["red", "round"]
    assert samples.targets.equal(torch.tensor([[1.0, 0.0], [1.0, 1.0]]))
    assert samples.read(samples.names[1]).size == (4, 4)


def test_a_column_of_labels(table: Path) -> None:
    table.write_text("labels,path\nred;round,images/1.png\n,images/2.png\n")
    samples = load_samples(settings(table))
    assert samples.output_names == ["red", "round"]
    assert samples.targets.equal(torch.tensor([[1.0, 1.0], [0.0, 0.0]]))


def test_one_column_of_0_and_1_is_one_label(table: Path) -> None:
    table.write_text("path,red\nimages/1.png,1\nimages/2.png,0\n")
    samples = load_samples(settings(table))
    assert samples.output_names == ["red"]
    assert samples.targets.equal(torch.tensor([[1.0], [0.0]]))
    samples = load_samples(replace(settings(table), class_names=["0", "1"]))
    assert samples.targets.equal(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))


def test_a_label_without_a_column_is_refused(table: Path) -> None:
    table.write_text("path,red,round\nimages/1.png,1,0\nimages/2.png,1,1\n")
    with pytest.raises(UserError, match=r"data\.target_columns: \['long'\] .* no column"):
        load_samples(replace(settings(table), class_names=["red", "round", "long"]))


#: endif
#: if objective == "targets"
def test_columns_of_numbers(table: Path) -> None:
    table.write_text("path,age,note,size\nimages/1.png,4,x,0.5\nimages/2.png,-1,y,1e3\n")
    samples = load_samples(settings(table, "age", "size"))
    assert samples.names == ["images/1.png", "images/2.png"]
    assert samples.output_names == ["age", "size"]
    assert samples.targets.equal(torch.tensor([[4.0, 0.5], [-1.0, 1000.0]]))
    assert samples.read(samples.names[1]).size == (4, 4)


def test_numbers_that_float32_blurs_are_refused(table: Path) -> None:
    for number in range(4, 13):
        Image.new("L", (4, 4)).save(table.parent / f"images/{number}.png")
    rows = [f"images/{number}.png,{1e9 + 25 * number}" for number in range(1, 13)]
    table.write_text("\n".join(["path,time", *rows[:2]]))
    load_samples(settings(table))  # of two, who knows
    table.write_text("\n".join(["path,time", *rows]))
    with pytest.raises(UserError, match=r"data\.target_columns \['time'\]: .* subtract"):
        load_samples(settings(table))


def test_one_training_sample_has_a_scale(table: Path) -> None:
    table.write_text("path,age\n" + "".join(f"images/{n}.png,{n}\n" for n in (1, 2, 3)))
    data = replace(settings(table), train_val_test_split=[0.34, 0.33, 0.33])
    train, _, _ = get_dataloaders(data, batch_size=4, seed=0, device=torch.device("cpu"))
    assert train.info.target_std == [1.0]


#: endif
@pytest.mark.parametrize(
    ("content", "message"),
    [
        #: if objective == "single_label"
        ("images/1.png,rose\nimages/2.png,", "line 3: the class is missing"),
        #: endif
        #: if objective == "targets"
        ("images/1.png,1\nimages/2.png,old", "line 3: 'target' is 'old', not a number"),
        ("images/1.png,nan", "line 2: 'target' is 'nan', not a number"),
        #: endif
        ("images/1.png,1\nimages/9.png,0", r"line 3: no image 'images/9\.png'"),
        ("images/1.png,1,1", "line 2: not as many cells"),
        ("images/1.png,1\nimages/1.png,0", "line 3: .* stands in .*line 2"),
        ("", r"data\.dataset_path: .* needs rows"),
    ],
)
def test_bad_rows_are_named(table: Path, content: str, message: str) -> None:
    table.write_text(f"path,target\n{content}\n")
    with pytest.raises(UserError, match=message):
        load_samples(settings(table))


def test_rows_of_another_length_are_set_aside(table: Path) -> None:
    rows = [f"images/{number}.png,{number % 2}" for number in range(4, 24)]
    for row in rows:
        Image.new("L", (4, 4), int(row[7])).save(table.parent / row.split(",")[0])
    table.write_text("\n".join(["path,target", "images/1.png", *rows, "images/2.png,1,1"]))
    options: dict[str, Any] = {"batch_size": 4, "seed": 0, "device": torch.device("cpu")}
    with pytest.raises(UserError, match=r"data\.max_unreadable: more than 1 of 20 .* line 23: not"):
        get_dataloaders(replace(settings(table), max_unreadable=0.05), **options)
    options["manifest"] = table.with_name("splits.csv")
    loaders = get_dataloaders(replace(settings(table), max_unreadable=0.1), **options)
    assert sorted(int(i) for loader in loaders for i in loader.ids) == [*range(20)]
    with table.with_name("quarantine.csv").open(newline="") as file:
        assert [row[1] for row in csv.reader(file)] == ["line 2", "line 23"]


def test_other_data_are_refused(table: Path) -> None:
    for path, message in {"gone.csv": "does not exist", "images": "must be a CSV file"}.items():
        with pytest.raises(UserError, match=rf"data\.dataset_path.* {message}"):
            load_samples(settings(table.parent / path))
    table.write_text("path,target\nimages/1.png,1\n")
    with pytest.raises(UserError, match=r"data\.target_columns: .*'price'"):
        load_samples(settings(table, "price"))
    table.write_text("images/1.png,1\nimages/2.png,0\n")
    with pytest.raises(UserError, match=r"line 1: 'images/1\.png' .* the header is missing"):
        load_samples(settings(table))
