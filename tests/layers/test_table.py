"""Tables: their columns, sources and model."""

import runpy
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import datasets
import pandas as pd
import pytest
import torch
from stacks import TABLES, stack, table

CLASSES = table("table/sources/file")
dataloader, source = CLASSES.load("data.dataloader"), CLASSES.load("data.source")
columns_module, model = CLASSES.load("data.columns"), CLASSES.load("models.model")
tidy = CLASSES.load("data.cells").tidy
Columns, read_table = columns_module.Columns, CLASSES.load("data.formats.files").read_table
MAX_CATEGORIES, MISSING, OTHER = (
    vars(columns_module)[name] for name in ("MAX_CATEGORIES", "MISSING", "OTHER")
)
DataSettings = CLASSES.load("data.settings").DataSettings
ModelSettings = CLASSES.load("models.settings").ModelSettings
UserError = CLASSES.UserError
CPU = torch.device("cpu")
ROWS = {"iris": 150, "wine": 178, "breast_cancer": 569, "diabetes": 442}


def fetch(name: str) -> Any:
    """Return what writes a bundled table."""
    layer = "diabetes" if name == "diabetes" else "sklearn"
    return stack(*TABLES, "tasks/classification", f"table/sets/{layer}").load("data.fetch")


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    def make(frame: pd.DataFrame, *, weighted: bool = False, **changes: Any) -> list[Any]:
        monkeypatch.setattr(dataloader, "load_frame", lambda *_: frame)
        settings = DataSettings(**changes)
        options: dict[str, Any] = {"batch_size": 16, "seed": 0, "device": CPU}
        settings = replace(settings, weighted_sampling=weighted)
        return list(dataloader.get_dataloaders(settings, **options))

    return make


@pytest.mark.parametrize("name", list(ROWS))
def test_bundled_tables_are_readable_files(name: str, tmp_path: Path) -> None:
    path = tmp_path / name / f"{name}.csv"
    fetch(name).write(path)
    frame = read_table(path)
    assert len(frame) == ROWS[name]
    assert frame.columns[-1] == "target"
    assert all(str(column).isidentifier() for column in frame)
    words = {
        "iris": {"setosa", "versicolor", "virginica"},
        "wine": {"class_0", "class_1", "class_2"},
        "breast_cancer": {"benign", "malignant"},
    }
    if name in words:
        assert set(frame["target"]) == words[name]
    else:
        assert frame["age"].astype(float).between(18, 80).all()  # in years


def tidied(columns: dict[str, Any]) -> pd.DataFrame:
    """Return a table as a source's is before its columns are learnt."""
    found: pd.DataFrame = tidy(pd.DataFrame(columns), [])
    return found


def test_every_kind_of_column() -> None:
    frame = tidied(
        {
            "number": [1.0, 2.0, float("inf"), None],
            "flag": [True, False, True, False],
            "flag_or_none": [True, None, True, None],
            "date": ["2024-01-01", "2024-01-03", None, "2024-01-02"],
            "stamp": pd.to_datetime(pd.Series(["2024-01-01", "2024-01-03", None, "2024-01-02"])),
            "constant": [7, 7, 7, 7],
            "nothing": [None, None, None, None],
            "text_number": ["1", "2", "3", "4"],
            "identifier": ["a", "b", "c", "d"],
        }
    )
    columns = Columns.fit(frame)
    kinds = {column.name: column.kind for column in columns.columns}
    assert [name for name, kind in kinds.items() if kind == "category"] == [
        *("nothing", "identifier"),
    ]
    assert kinds["date"] == kinds["stamp"] == "date"
    assert kinds["text_number"] == "number"
    rows = columns.encode(frame)
    assert rows.isfinite().all()
    features = {name: rows[:, i].tolist() for i, name in enumerate(columns.features)}
    assert features["date"] == features["stamp"]
    assert features["constant"] == [0, 0, 0, 0]
    assert features[f"number={MISSING}"] == [0, 0, 1, 1]
    assert features["flag"] == [1, -1, 1, -1]
    assert features[f"flag_or_none={MISSING}"] == [0, 1, 0, 1]
    assert features[f"identifier={OTHER}"] == [1, 1, 1, 1]
    assert Columns.from_dict(columns.to_dict()) == columns


def test_many_categories_keep_the_most_frequent() -> None:
    values = [f"v{i:03}" for i in range(200) for _ in range(2 + (i < MAX_CATEGORIES))]
    columns = Columns.fit(tidied({"place": values}))
    assert columns.features == [*(f"place=v{i:03}" for i in range(64)), f"place={OTHER}"]


def test_statistics_are_exact_and_float32() -> None:
    frame = tidied({"a": [1e9 + i for i in range(100)]})  # large mean, small spread
    rows = Columns.fit(frame).encode(frame)
    assert rows.dtype == torch.float32
    assert float(rows.mean()) == pytest.approx(0, abs=1e-6)
    assert float(rows.std(unbiased=False)) == pytest.approx(1, abs=1e-6)


def test_a_stray_word_among_numbers_is_named() -> None:
    frame = tidied({"age": ["1"] * 30 + ["n.k."]})
    with pytest.raises(UserError, match=r"column 'age', row 30: 'n.k.' is no number"):
        Columns.fit(frame)


def test_delimiters_quotes_and_marks(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_bytes(b'\xef\xbb\xbfa;b\n1;"x\ny"\n\n?;z\n')
    frame = tidy(read_table(table), [])
    assert list(frame) == ["a", "b"]
    assert frame["b"].tolist() == ["x\ny", "z"]
    assert CLASSES.load("data.cells").missing(frame["a"]).tolist() == [False, True]
    (tmp_path / "images.csv").mkdir()
    with pytest.raises(UserError, match="holds 0 tables, but a table is one file"):
        read_table(tmp_path / "images.csv")


def test_custom_source_is_a_working_example() -> None:
    frame = table("table/sources/custom").load("data.source").load_frame(DataSettings())
    assert len(frame) == 400
    assert frame["area"].isna().any()
    assert set(frame["segment"]) == {"high", "low"}


def test_huggingface_source_reads_a_saved_data_set(tmp_path: Path) -> None:
    label = datasets.ClassLabel(names=["no", "yes"])
    features = datasets.Features({"x": datasets.Value("float32"), "y": label})
    made = datasets.Dataset.from_dict({"x": [1.0, 2.0, 3.0], "y": [0, 1, None]}, features)
    made.save_to_disk(tmp_path / "kept")
    hub = table("table/sources/huggingface").load("data.source")
    frame = hub.load_frame(DataSettings(dataset_path=str(tmp_path / "kept")))
    assert frame["y"].fillna("none").tolist() == ["no", "yes", "none"]


def test_file_source_names_the_setting() -> None:
    with pytest.raises(UserError, match=r"data\.dataset_path: /.*/none\.csv does not exist"):
        source.load_frame(DataSettings(dataset_path="none.csv"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train_val_test_split": [0.7, 0.3]}, r"data\.train_val_test_split"),
        ({"train_val_test_split": [0.7, 0.4, -0.1]}, r"data\.train_val_test_split"),
        ({"train_val_test_split": [0.5, 0.1, 0.1]}, r"data\.train_val_test_split"),
        ({"max_samples": 0}, r"data\.max_samples"),
    ],
)
def test_data_settings_are_refused_by_name(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DataSettings(**changes)


@pytest.mark.parametrize("changes", [{"num_layers": 0}, {"hidden_dim": -1}, {"dropout": 1.0}])
def test_model_settings_are_refused_by_name(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"model.{next(iter(changes))}"):
        ModelSettings(**changes)


def test_targets_of_tables(load: Callable[..., list[Any]]) -> None:
    frame = pd.DataFrame({"x": range(40), "y": [0, 1] * 20, "z": [1.5, 2.5] * 20})
    info = load(frame, target_columns=["y"], ignored_columns=["z"])[0].info
    assert (info.output_names, info.input_shape) == (["0", "1"], [1])
    assert info.targets["num_train"] == sum(info.targets["class_counts"]) == 28
    columns = {name: list(frame[name]) for name in ("y", "z")}
    regression = table("table/sources/file", "regression").load("task.targets")
    numbers, names = regression.encode_targets(DataSettings(), columns, ["row"] * 40)
    assert names == ["y", "z"]
    assert numbers[1].tolist() == [1, 2.5]
    with pytest.raises(UserError, match="leaves no column"):
        load(frame[["y"]])
    encode_targets = CLASSES.load("task.targets").encode_targets
    with pytest.raises(UserError, match="class"):
        encode_targets(replace(DataSettings(), class_names=["a"]), columns, ["r"] * 40)


def test_weighted_sampling_evens_out_the_classes(
    load: Callable[..., list[Any]],
) -> None:
    frame = pd.DataFrame({"x": range(400), "y": ["rare"] * 40 + ["usual"] * 360})
    plain, weighted = (load(frame, weighted=w)[0] for w in (False, True))
    fractions = [
        float(torch.cat([b.targets for b in loader.batches()]).float().mean())
        for loader in (plain, weighted)
    ]
    assert fractions[0] == pytest.approx(0.9, abs=0.01)
    assert fractions[1] == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("activation", list(model.ACTIVATIONS))
@pytest.mark.parametrize("num_layers", [1, 3])
def test_model_shapes_gradients_and_freezing(activation: str, num_layers: int) -> None:
    shape = {"num_layers": num_layers, "hidden_dim": 8, "activation": activation}
    network = model.build_model([5], 3, **shape)
    network(torch.randn(4, 5)).sum().backward()
    assert all(weight.grad is not None for weight in network.parameters())
    expected = 5 * 8 + 8 + (num_layers - 1) * (8 * 8 + 8) + 8 * 3 + 3
    assert network.get_num_parameters() == expected
    network.freeze_backbone()
    trainable = sum(weight.numel() for weight in network.parameters() if weight.requires_grad)
    assert trainable == 8 * 3 + 3
    network.unfreeze_backbone()
    assert all(weight.requires_grad for weight in network.parameters())


def test_a_set_is_written_to_its_own_place_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ROWS:
        module, written = fetch(name), list[Path]()
        monkeypatch.setattr(module, "write", written.append)
        for path in (f"data/{name}/{name}.csv", f"./data/{name}/{name}.csv", f"data/{name}.csv"):
            chosen = DataSettings(dataset_path=path)
            assert module.obtain(chosen) is chosen
        assert written == [Path(f"data/{name}/{name}.csv")] * 2


@pytest.mark.parametrize("name", ["wine", "diabetes"])
def test_fetch_is_a_command(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module, path = fetch(name), Path(f"data/{name}/{name}.csv")
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs/config.yaml").write_text(f"data:\n  dataset_path: {path}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["fetch"])
    monkeypatch.delitem(sys.modules, module.__name__)
    runpy.run_module(module.__name__, run_name="__main__")
    assert str(path) in capsys.readouterr().out
    assert len(read_table(path)) == ROWS[name]
