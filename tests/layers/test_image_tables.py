"""Images and a CSV file of targets."""

import pickle
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from image_files import TABLE, settings
from stacks import Stack, images, stack

CLASSES, LABELS, NUMBERS = (
    images("image/sources/csv", task) for task in ("classification", "multi_label", "regression")
)


def load_csv(project: Stack, chosen: Any) -> Any:
    """Read a CSV file as a project of some task does."""
    return project.load("data.source").load_samples(chosen)


def test_csv_of_classes(table: Path) -> None:
    table.write_text("\ufefffile,kind\nx/3.png, rose\n\nx/1.png,iris\n", "utf-8")
    found = load_csv(CLASSES, settings(table.parent))
    assert found.names == ["x/3.png", "x/1.png"]
    assert found.output_names == ["iris", "rose"]
    assert found.targets.tolist() == [1, 0]
    assert pickle.loads(pickle.dumps(found.read))(found.names[1]).size == (4, 4)


def test_csv_of_flags(table: Path) -> None:
    found = load_csv(LABELS, settings(table))
    assert found.output_names == ["a", "b"]
    assert found.targets.tolist() == [[1, 0], [0, 1], [1, 1]]
    assert found.targets.dtype == torch.float32


def test_csv_of_lists(table: Path) -> None:
    table.write_text("n,labels,path\n1,red;round,x/1.png\n2,,x/2.png\n3,red,x/3.png\n")
    chosen = settings(table, target_columns=["labels"])
    found = load_csv(LABELS, chosen)
    assert found.output_names == ["red", "round"]
    assert found.targets.tolist() == [[1, 1], [0, 0], [1, 0]]


def test_csv_of_numbers(table: Path) -> None:
    found = load_csv(NUMBERS, settings(table))
    assert found.output_names == ["a", "b"]
    assert found.targets.tolist() == [[1, 0], [0, 1], [1, 1]]
    one = load_csv(NUMBERS, settings(table, target_columns=["b"]))
    assert one.targets.tolist() == [[0], [1], [1]]
    assert one.targets.is_contiguous()


@pytest.mark.parametrize(
    ("project", "content", "message"),
    [
        (CLASSES, "path,k\nx/1.png,r\nx/9.png,i\n", "line 3: no image 'x/9.png'"),
        (CLASSES, "path,k\nx/1.png,r,1\n", "line 2: not as many cells"),
        (CLASSES, "path,k\nx/1.png,r\nx/1.png,i\n", "line 3: .* stands in .*line 2"),
        (CLASSES, "path,k\nx/1.png,r\nx/2.png,\n", "line 3: the class is missing"),
        (CLASSES, TABLE, r"data.target_columns: .*\['a', 'b'\]"),
        (CLASSES, "path,k\n", "data.dataset_path: .* needs rows"),
        (CLASSES, "path\nx/1.png\n", "data.dataset_path: .* needs rows"),
        (CLASSES, 'path,k\n"x/1.png,r\n', "data.dataset_path: .* no CSV"),
        (CLASSES, b"path,k\n\xff\xfe,r\n", "line 2: no image"),
        (CLASSES, b"path,k\n\x00\x01,r\n", "data.dataset_path: .* is no CSV: it holds bytes"),
        (CLASSES, "", "data.dataset_path: .* needs rows"),
        (
            LABELS,
            "path,a,b\nx/1.png,1,2\n",
            "line 2: 'b' is '2', not",
        ),
        (NUMBERS, "path,a\nx/1.png,nan\n", "line 2: 'a' is 'nan'"),
        (NUMBERS, "path,a\nx/1.png,1\nx/2.png,\n", "line 3: 'a' is ''"),
    ],
)
def test_bad_tables_are_refused(
    table: Path,
    project: Stack,
    content: str | bytes,
    message: str,
) -> None:
    table.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(project.UserError, match=message):
        load_csv(project, settings(table))


def test_rows_of_another_length_are_set_aside(table: Path) -> None:
    table.write_text("path,k\nx/1.png,r\nx/2.png\nx/3.png,i\nx/2.png,r,1\n")
    found = load_csv(CLASSES, settings(table))
    assert found.names == ["x/1.png", "x/3.png"]
    assert [*found.broken] == ["line 3", "line 5"]
    assert found.broken["line 5"] == f"{table} line 5: not as many cells as in the header"


def test_bad_settings_of_a_table_are_refused(table: Path) -> None:
    cases: list[tuple[Stack, Any, str]] = [
        (CLASSES, settings(table, target_columns=["z"]), "data.target_columns: .*'z'"),
        (CLASSES, settings(table.parent / "x"), "data.dataset_path: .* CSV file"),
        (CLASSES, settings(table.parent / "gone"), "data.dataset_path: .* not exist"),
        (CLASSES, settings(table.parent / "x/1.png"), "data.dataset_path: .* CSV file"),
        (
            CLASSES,
            settings(table, target_columns=["a"], class_names=["0", "2"]),
            "line 2: '1' is not a class of data.class_names",
        ),
        (
            LABELS,
            settings(table, class_names=["a"]),
            r"line 3: \['b'\] are not in data.class_names",
        ),
        (
            LABELS,
            settings(table, class_names=["a", "b", "c"]),
            r"data\.target_columns: \['c'\] .* no column",
        ),
    ]
    for project, chosen, message in cases:
        with pytest.raises(project.UserError, match=message):
            load_csv(project, chosen)


def test_weights_that_cannot_be_loaded_are_named(tmp_path: Path) -> None:
    library = ("models/library", "models/library/timm")
    project = stack("engine", *library, "models/published", "models/timm")
    load_file = project.load("models.model").load_file
    body = timm.create_model("test_resnet", num_classes=0)
    with pytest.raises(
        project.UserError, match=r"model\.weights_path: /.*/gone\.pt does not exist"
    ):
        load_file(body, "gone.pt", 3)
    (tmp_path / "weights.pt").write_bytes(b"no weights")
    with pytest.raises(
        project.UserError, match=r"model\.weights_path: .* cannot be loaded: \w+Error\("
    ):
        load_file(body, str(tmp_path / "weights.pt"), 3)
