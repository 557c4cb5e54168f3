"""The table: what is learnt from it, from which rows, and what is refused."""

import gzip
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from expected import make_columns

from pkg.data import dataloader
from pkg.data.cells import tidy
from pkg.data.columns import MISSING, OTHER, Columns
from pkg.data.dataloader import (
    SplitLoader,
    get_dataloaders,
    read_inputs,
)
from pkg.data.formats.files import read_table
from pkg.data.info import DataInfo
from pkg.data.schema import Schema
from pkg.data.settings import DataSettings
from pkg.data.table import divide
from pkg.engine.errors import UserError

Load = Callable[..., tuple[SplitLoader, SplitLoader, SplitLoader]]
TARGETS = make_columns(torch.arange(60))


@pytest.fixture
def table() -> pd.DataFrame:
    """Return 60 rows of a number, a category, a date and the targets."""
    rows = range(60)
    return pd.DataFrame(
        {
            "area": [float(10 + row % 7) for row in rows],
            "place": ["city", "suburb", "country"] * 20,
            "seen": [f"2024-01-{1 + row % 28:02}" for row in rows],
            **TARGETS,
        }
    )


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return a function that makes loaders of a table and settings."""

    def make(
        frame: pd.DataFrame, info: DataInfo | None = None, **settings: Any
    ) -> tuple[SplitLoader, SplitLoader, SplitLoader]:
        monkeypatch.setattr(dataloader, "load_frame", lambda *_: frame)
        data = DataSettings(**{"target_columns": [*TARGETS], **settings})
        device = torch.device("cpu")
        return get_dataloaders(data, batch_size=16, seed=0, device=device, info=info)

    return make


def tidied(*columns: Any, **more: Any) -> pd.DataFrame:
    """Return a table as a source's is before its columns are learnt."""
    return tidy(pd.DataFrame(*columns, **more), [])


def ids(loader: SplitLoader) -> list[int]:
    """Return the sample numbers of one epoch, in rising order."""
    return sorted(int(i) for batch in loader.batches() for i in batch.ids)


def test_batches_are_rows_of_features_and_targets(load: Load, table: pd.DataFrame) -> None:
    train, _, _ = load(table)
    batch = next(train.batches())
    assert batch.inputs.shape == (16, *train.info.input_shape)
    assert batch.inputs.dtype == torch.float32
    assert len(batch.targets) == len(batch.ids) == 16
    inputs = torch.cat([batch.inputs for batch in train.batches()])
    assert inputs[:, 0].mean().abs() < 1e-5  # area is standardised
    assert inputs[:, 0].std() == pytest.approx(1, abs=0.02)


def test_every_row_is_in_one_split_and_stays_there(load: Load, table: pd.DataFrame) -> None:
    splits = [ids(loader) for loader in load(table)]
    assert sorted(row for split in splits for row in split) == list(range(60))
    assert [len(split) for split in splits] == [42, 9, 9]
    assert splits == [ids(loader) for loader in load(table)]
    assert splits != [ids(loader) for loader in load(table, split_seed=1)]


def test_statistics_come_from_the_training_rows_alone(load: Load, table: pd.DataFrame) -> None:
    train, val, test = load(table)
    changed = table.copy()
    changed.loc[ids(val) + ids(test), "area"] = 1e6
    changed.loc[ids(val) + ids(test), "place"] = "moon"
    assert load(changed)[0].info == train.info
    changed.loc[ids(train)[0], "area"] = 1e6
    assert load(changed)[0].info != train.info


def test_a_checkpoint_keeps_the_statistics(load: Load, table: pd.DataFrame, tmp_path: Path) -> None:
    info = load(table)[0].info
    torch.save(asdict(info), tmp_path / "info.pt")
    kept = DataInfo(**torch.load(tmp_path / "info.pt", weights_only=True))
    assert kept == info
    shifted = table.assign(area=table["area"] + 100)
    batch = next(load(shifted, info=kept, dataset_path="shifted")[0].batches())
    assert batch.inputs[:, 0].min() > 10  # measured against the rows of training


def test_missing_values_are_the_median_and_a_feature_of_their_own() -> None:
    places = ["a", "a", None, None]
    frame = tidied({"area": [1.0, 2.0, None, 6.0], "place": places})
    columns = Columns.fit(frame)
    other = [f"place={name}" for name in (MISSING, "a", OTHER)]
    assert columns.features == ["area", f"area={MISSING}", *other]
    rows = columns.encode(frame)
    assert rows[2, 0] == pytest.approx((2 - 2.75) / 1.920286, abs=1e-5)
    assert rows[:, 1].tolist() == [0, 0, 1, 0]
    assert rows[:, 2].tolist() == [0, 0, 1, 1]


def test_unknown_and_rare_categories_share_a_feature() -> None:
    columns = Columns.fit(tidied({"place": ["a", "a", "b", "b", "rare"]}))
    assert columns.features == ["place=a", "place=b", f"place={OTHER}"]
    rows = columns.encode(tidied({"place": ["b", "rare", "new", None]}))
    assert rows.tolist() == [[0, 1, 0], [0, 0, 1], [0, 0, 1], [0, 0, 1]]


def test_parquet_and_csv_are_the_same_table(table: pd.DataFrame, tmp_path: Path) -> None:
    table["sold"] = [True, False, False] * 20
    table.loc[3, ["area", "place"]] = [None, None]
    table.to_csv(tmp_path / "table.csv", index=False)
    table.to_csv(tmp_path / "table.csv.gz", index=False)
    table.to_parquet(tmp_path / "table.parquet")
    names = [tmp_path / f"table.{suffix}" for suffix in ("csv", "csv.gz", "parquet")]
    first, *others = (tidy(read_table(name), []) for name in names)
    columns = Columns.fit(first)
    for frame in others:
        assert columns == Columns.fit(frame)
        assert torch.equal(columns.encode(first), columns.encode(frame))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.csv", None, "data.dataset_path: .*none.csv does not exist"),
        ("table.json", b"{}", "holds 0 tables, but a table is one file of .csv"),
        ("empty.csv", b"", "no rows"),
        ("header.csv", b"a,b\n", "no rows"),
        ("short.csv", b"a,b\n1\n2\n", r"short\.csv line 2 has 1 fields, but the header has 2"),
        ("image.csv", b"\x89PNG\r\n\x1a\n", "cannot be read: .* save it as UTF-8"),
        ("quote.csv", b'"a,b\n1,2\n', "cannot be read: lines 1 to 2: a quote is opened"),
        ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n")[:-9], "cannot be read: Compressed file ended"),
        ("text.csv.gz", b"a,b\n1,2\n", "cannot be read: Not a gzipped file"),
        ("text.parquet", b"a,b\n1,2\n", "cannot be read"),
    ],
)
def test_unreadable_files_are_refused_by_name(
    tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=message):
        read_table(tmp_path / name)


@pytest.mark.parametrize("text", ["a, a\n1,2\n", "a,a\n1,2\n"])
def test_columns_have_names_of_their_own(tmp_path: Path, text: str) -> None:
    (tmp_path / "table.csv").write_text(text)
    with pytest.raises(UserError, match="the same name"):
        tidy(read_table(tmp_path / "table.csv"), [])


def test_a_header_of_numbers_is_told(tmp_path: Path) -> None:
    path = tmp_path / "iris.csv"
    path.write_text("5.1,3.5,setosa\n4.9,3.0,setosa\n")
    frame = read_table(path)
    assert len(frame) == 1
    assert "is taken for the header: ['5.1', '3.5', 'setosa']" in frame.attrs["said"][0]


def test_broken_rows_are_noted_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: pd.DataFrame
) -> None:
    path = tmp_path / "table.csv"
    table.to_csv(path, index=False)
    lines, width = path.read_text().splitlines(), len(table.columns)
    lines[3:3] = ['1,"two\nlines",2024-01-01,' + lines[1].split(",", 3)[-1], "1,city"]
    lines[9] += ",more"
    path.write_text("\n".join(lines))
    frame = read_table(path)
    assert len(frame) == 60  # 60 and one of two lines, less one too long
    assert [reason[:7].strip() for _, reason in frame.attrs["broken"]] == ["line 6", "line 11"]
    monkeypatch.setattr(dataloader, "load_frame", lambda *_: frame)

    def load(fraction: float) -> object:
        options: Any = {"target_columns": [*TARGETS], "max_unreadable": fraction}
        data, manifest = DataSettings(**options), tmp_path / "splits.csv"
        cpu = torch.device("cpu")
        return get_dataloaders(data, batch_size=16, seed=0, device=cpu, manifest=manifest)

    load(0.1)
    noted = (tmp_path / "quarantine.csv").read_text()
    assert f"line 6 has 2 fields, but the header has {width}" in noted
    assert f"line 11 has {width + 1} fields" in noted
    with pytest.raises(UserError, match=r"data\.max_unreadable: more than 0 of 62"):
        load(0.0)


def test_rows_go_by_their_lines(load: Load, table: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    table.to_csv(path, index=False)
    lines = path.read_text().splitlines()
    lines[3] = "broken"
    path.write_text("\n".join([*lines[:10], "", *lines[10:]]))
    frame = read_table(path)
    assert (frame.index.name, list(frame.index)) == ("line", [2, 3, *range(5, 11), *range(12, 63)])
    frame.loc[9, frame.columns[-1]] = None
    with pytest.raises(UserError, match=r"table\.csv line 9: "):
        load(frame, dataset_path=str(path), max_unreadable=0.1)


def test_a_constant_column_is_0_whatever_rounding_does() -> None:
    frame = tidied({"rate": [0.1] * 42, "other": range(42)})
    columns = Columns.fit(frame)
    assert columns.encode(frame)[:, 0].eq(0).all()
    assert columns.encode(frame.assign(rate=0.2))[0, 0] == pytest.approx(0.1)


def test_a_gap_does_not_change_a_category(tmp_path: Path) -> None:
    columns = Columns.fit(tidied({"code": ["1", "2", "x", "y"] * 4}))
    (tmp_path / "table.csv").write_text("code,area\n1,2\n,3\n2,4\n")
    rows = columns.encode(tidy(read_table(tmp_path / "table.csv"), []))
    names = [columns.features[int(row.argmax())] for row in rows]
    assert names == ["code=1", f"code={OTHER}", "code=2"]


def test_durations_count_in_days_and_may_be_missing() -> None:
    stays = pd.to_timedelta(pd.Series(["1 days", "3 days", None, "12 hours"]))
    columns = Columns.fit(tidied({"stay": stays}))
    assert columns == Columns.fit(tidied({"stay": [1.0, 3.0, None, 0.5]}))
    assert columns.columns[0].median == 1


def test_a_decimal_comma_is_read() -> None:
    columns = Columns.fit(tidied({"price": [f"{number},5" for number in range(20)]}))
    assert (columns.columns[0].kind, columns.columns[0].mean) == ("number", 10)


def test_one_bad_row_leaves_the_others(load: Load, table: pd.DataFrame, tmp_path: Path) -> None:
    info, path = load(table)[0].info, tmp_path / "new.csv"
    table[:9].to_csv(path, index=False)
    lines = path.read_text().splitlines()
    lines[3], lines[5] = "1,city", "big," + lines[5].partition(",")[2]
    path.write_text("\n".join(lines))
    read = read_inputs([str(path)], DataSettings(), info)
    found = {record["input"]: row for record, row in read}
    assert sorted(found) == sorted(f"{path}:{line}" for line in range(2, 11))
    wrong = {name: str(row) for name, row in found.items() if isinstance(row, UserError)}
    assert wrong == {
        f"{path}:4": f"line 4 has 2 fields, but the header has {len(table.columns)}",
        f"{path}:6": "column 'area', line 6: 'big' is no number",
    }
    table.drop(columns="area").to_csv(path, index=False)
    [(record, error)] = read_inputs([str(path)], DataSettings(), info)
    assert (record["input"], isinstance(error, UserError)) == (str(path), True)


def test_the_only_table_of_a_folder_is_read(table: pd.DataFrame, tmp_path: Path) -> None:
    table.to_csv(tmp_path / "table.csv", index=False)
    (tmp_path / "notes.md").touch()
    assert len(read_table(tmp_path)) == 60
    (tmp_path / "other.tsv").touch()
    with pytest.raises(UserError, match="holds 2 tables"):
        read_table(tmp_path)


def test_columns_are_refused_by_name(load: Load, table: pd.DataFrame) -> None:
    last = table.columns[-1]
    with pytest.raises(UserError, match=rf"'{last}s'.*target_columns.*mean '{last}'"):
        load(table, target_columns=[f"{last}s"])
    with pytest.raises(UserError, match=r"'id'.*ignored_columns"):
        load(table, ignored_columns=["id"])
    columns = Schema(**load(table)[0].info.schema).make_columns()
    table = tidy(table, [])
    with pytest.raises(UserError, match=r"no column 'area'.*mean 'aera'"):
        columns.encode(table.rename(columns={"area": "aera"}))
    with pytest.raises(UserError, match="'area', row 0: 'big' is no number"):
        columns.encode(tidy(table.assign(area="big"), []))


def test_a_missing_target_is_refused_by_row(load: Load, table: pd.DataFrame) -> None:
    table.loc[6, table.columns[-1]] = None
    with pytest.raises(UserError, match=r"data/table\.csv row 6: "):
        load(table)


def test_classes_may_be_whole_floats() -> None:
    settings = DataSettings(target_columns=["kind"])
    frames = [pd.DataFrame({"area": [1.0, 2.0], "kind": kinds}) for kinds in ([0, 1], [0.0, 1.0])]
    found = [divide(tidy(frame, []), settings, None, []).targets["kind"] for frame in frames]
    assert found == [["0", "1"]] * 2


def test_ignored_columns_and_most_samples(load: Load, table: pd.DataFrame) -> None:
    loaders = load(table, ignored_columns=["place", "seen"], max_samples=4)
    assert loaders[0].info.input_shape == [1]
    assert all(1 < len(ids(loader)) <= 4 for loader in loaders)
