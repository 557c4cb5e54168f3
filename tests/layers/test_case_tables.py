"""Tables that went wrong, by the numbers of their kinds: what a cell, a column and a label is."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from tables import CLASSES, NUMBERS, column, features, findings, inputs, load, write

UserError = CLASSES.UserError
LABELS = ["no", "yes"]


def rows_of(values: list[Any], labels: list[Any] | None = None) -> list[list[object]]:
    """Return rows of a value and a label, which follow each other."""
    labels = labels or LABELS
    return [[value, labels[k % len(labels)]] for k, value in enumerate(values)]


def cells(path: Path, info: Any) -> list[list[float]]:
    return [row.tolist() for row in inputs(path, info).values()]


@pytest.mark.parametrize(
    ("trained", "later"),
    [
        (["true", "false", "unknown"], ["true", "false"]),
        (["01", "02", "0A"], ["01", "02"]),
        (["1", "2", "x"], ["2", "1"]),
        (["1.0", "2", "a"], ["1.0", "2"]),
        (["2020-01-01", "soon", "late"], ["2020-01-01"]),
        (["", "a", "b"], ["a", ""]),
        (["1e5", "0A", "b"], ["1e5"]),
    ],
)
def test_case_01_a_row_means_the_same_whatever_stands_beside_it(
    tmp_path: Path, trained: list[str], later: list[str]
) -> None:
    whole = write(tmp_path / "train.csv", [[*row, 1] for row in rows_of(trained * 20)], "x,y,z")
    info = load(whole, target_columns=["y"])[0].info
    together = write(tmp_path / "whole.csv", [[value, 1] for value in trained], "x,z")
    expected = dict(zip(trained, cells(together, info), strict=True))
    for some in ([*later], *([value] for value in trained)):
        alone = write(tmp_path / "some.csv", [[value, 1] for value in some], "x,z")
        assert cells(alone, info) == [expected[value] for value in some]
    assert len({tuple(row) for row in expected.values()}) == len(trained)


def test_case_01_types_of_a_parquet_file_are_those_of_training(tmp_path: Path) -> None:
    info = load(write(tmp_path / "a.csv", rows_of(["1", "2", "x"] * 20)))[0].info
    text = write(tmp_path / "text.csv", [["1"], ["2"]], "x")
    pd.DataFrame({"x": [1, 2]}).to_parquet(tmp_path / "whole.parquet")
    pd.DataFrame({"x": [1.0, 2.0]}).to_parquet(tmp_path / "float.parquet")
    assert cells(text, info) == cells(tmp_path / "whole.parquet", info)
    assert cells(text, info) == cells(tmp_path / "float.parquet", info)


def test_case_01_flags_stay_numbers(tmp_path: Path) -> None:
    info = load(write(tmp_path / "a.csv", rows_of(["True", "false", "TRUE", ""] * 20)))[0].info
    assert (column(info, "x")["kind"], info.input_shape) == ("flag", [2])
    path = write(tmp_path / "b.csv", [["true"], ["maybe"], ["False"]], "x")
    one, wrong, zero = inputs(path, info).values()
    assert one[0] > 0 > zero[0]
    assert "line 3: 'maybe' is no flag" in str(wrong)


@pytest.mark.parametrize(
    "labels",
    [
        ["007", "7"],
        ["01", "1", "1.0"],
        ["0.5", "1", "2"],
        ["true", "True"],
        ["1", "1.0", "1e0"],
        ["NA", "None", "yes"],
        ["2020-01-01", "1,5"],
    ],
)
def test_case_02_a_label_is_its_text(tmp_path: Path, labels: list[str]) -> None:
    rows: list[list[object]] = [[k, f'"{labels[k % len(labels)]}"'] for k in range(60)]
    path = write(tmp_path / "a.csv", rows)
    info = load(path)[0].info
    assert info.output_names == sorted(labels)
    assert load(path, class_names=labels)[0].info.output_names == labels
    assert load(path, info, whole=True, class_names=sorted(labels))[0].info == info


def test_case_02_labels_that_look_missing_are_said(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [[k, ["None", "mild"][k % 2]] for k in range(60)])
    assert any("class 'None'" in text for text in findings(path))
    path = write(tmp_path / "b.csv", [[k, ["", "mild", "bad"][k % 3]] for k in range(60)])
    with pytest.raises(UserError, match=r"b\.csv line 2: the class is missing"):
        load(path)


@pytest.mark.parametrize("sentinel", ["9999-12-31", "0001-01-01", "1900-01-01T00:00:00"])
def test_case_03_any_year_counts_in_days(tmp_path: Path, sentinel: str) -> None:
    days = [f"2020-01-{1 + k % 28:02}" for k in range(57)]
    path = write(tmp_path / "a.csv", rows_of([*days, sentinel, sentinel, sentinel]))
    info = load(path, column_kinds={"x": "date"})[0].info
    assert column(info, "x")["kind"] == "date"
    assert any(sentinel in text and "far from the other dates" in text for text in findings(path))
    found = load(path, missing_values=[sentinel])[0].info
    assert 18262 <= column(found, "x")["mean"] <= 18290  # days since 1970
    assert column(found, "x")["has_missing"]


def test_case_03_a_text_is_no_date(tmp_path: Path) -> None:
    info = load(write(tmp_path / "a.csv", rows_of(["3000", "old", "new"] * 20)))[0].info
    assert column(info, "x")["categories"] == ["3000", "new", "old"]


def test_case_03_typed_dates_of_any_year(tmp_path: Path) -> None:
    import datetime

    days = [datetime.date(2020, 1, 1 + k % 28) for k in range(58)]
    days += [datetime.date(9999, 12, 31), datetime.date(1, 1, 1)]
    frame = pd.DataFrame({"x": days, "y": LABELS * 30})
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_csv(tmp_path / "a.csv", index=False)
    first, second = (load(tmp_path / f"a.{x}")[0].info for x in ("csv", "parquet"))
    assert first.schema["columns"] == second.schema["columns"]
    stamps = pd.Series(np.array([f"{2000 + k}-01-01T12" for k in range(60)], "datetime64[s]"))
    pd.DataFrame({"x": stamps, "y": LABELS * 30}).to_parquet(tmp_path / "b.parquet")
    assert column(load(tmp_path / "b.parquet")[0].info, "x")["kind"] == "date"


STYLES: dict[str, tuple[list[str], list[float]]] = {
    "thousands": (["1,234,567", "2,500", "999"], [1234567, 2500, 999]),
    "thousands and decimals": (["1,234.50", "7.25", "12"], [1234.5, 7.25, 12]),
    "dollars": (["$12.50", "$1,000.25", "-$3"], [12.5, 1000.25, -3]),
    "euros": (["12,50 €", "1.000,25 €", "3 €"], [12.5, 1000.25, 3]),
    "codes of currencies": (["USD 12.50", "USD 7", "USD 9.75"], [12.5, 7, 9.75]),
    "per cent": (["12.3%", "7 %", "100%"], [12.3, 7, 100]),
    "blanks": (["1 234", "12 345 678", "5"], [1234, 12345678, 5]),
    "narrow blanks": (["1\u202f234,5", "2\u00a0000,25", "5,75"], [1234.5, 2000.25, 5.75]),
    "apostrophes": (["1'234.5", "2'000", "5"], [1234.5, 2000, 5]),
    "decimal commas": (["1,5", "0,25", "-3,125"], [1.5, 0.25, -3.125]),
    "accountants": (["(12.50)", "7.25", "(1)"], [-12.5, 7.25, -1]),
    "exponents": (["1e3", "2.5E-2", "7"], [1000, 0.025, 7]),
    "minus signs": (["\u22125", "+7", "3"], [-5, 7, 3]),
    "month first": (["12/31/2020", "1/15/2021", "2/3/2021"], [18627, 18642, 18661]),
    "day first": (["31.12.2020", "15.1.2021", "3.2.2021"], [18627, 18642, 18661]),
    "times": (["12/31/2020 6:00 PM", "1/15/2021 12:00 AM"], [18627.75, 18642]),
    "zones": (["2020-12-31T01:00:00+01:00", "2021-01-15 00:00:00 UTC"], [18627, 18642]),
}


@pytest.mark.parametrize("style", STYLES)
def test_case_04_numbers_written_otherwise_are_read(tmp_path: Path, style: str) -> None:
    texts, numbers = STYLES[style]
    count = len(texts)
    written = [f'"{texts[k % count]}"' for k in range(20 * count)]
    plain = [repr(float(numbers[k % count])) for k in range(20 * count)]
    labels = [f"c{k}" for k in range(count)]
    first, second = (
        load(write(tmp_path / f"{name}.csv", rows_of(values, labels)))
        for name, values in (("written", written), ("plain", plain))
    )
    for a, b in zip(first, second, strict=True):
        assert torch.equal(next(a.batches()).inputs, next(b.batches()).inputs)
    found = column(first[0].info, "x")
    assert found["mean"] == column(second[0].info, "x")["mean"]
    path = write(tmp_path / "one.csv", [[f'"{texts[0]}"']], "x")
    (row,) = inputs(path, first[0].info).values()
    assert row[0] == pytest.approx((numbers[0] - found["mean"]) / found["std"], rel=1e-6)


def test_case_04_words_among_numbers_count_as_missing_and_are_said(tmp_path: Path) -> None:
    values = ["n.d." if k % 5 == 0 else f"{k}.25" for k in range(100)]
    path = write(tmp_path / "a.csv", rows_of(values))
    info = load(path)[0].info
    assert column(info, "x")["kind"] == "number"
    assert column(info, "x")["markers"] == ["n.d."]
    said = [text for text in findings(path) if "'n.d.'" in text]
    assert said
    assert all("column 'x'" in text and "counts as missing" in text for text in said)
    (row,) = inputs(write(tmp_path / "b.csv", [["n.d."]], "x"), info).values()
    assert row[1] == 1
    (wrong,) = inputs(write(tmp_path / "c.csv", [["k.A."]], "x"), info).values()
    assert "line 2: 'k.A.' is no number" in str(wrong)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (["1.5", "2,5"], r"column 'x': decimal commas and points: 2,5 and 1\.5"),
        (["$1", "€2"], r"column 'x': units differ, '\$1' and '€2'"),
        (["12%", "0.3"], r"column 'x': units differ"),
        (["3/4/2020", "5/6/2021"], r"column 'x': '3/4/2020' may be of two days: say .*day_first"),
        (["13/4/2020", "5/16/2021"], r"column 'x': days and months change places"),
        (["1"] * 30 + ["n.k."], r"column 'x', line \d+: 'n\.k\.' is no number"),
    ],
)
def test_case_04_what_means_two_things_is_refused(
    tmp_path: Path, values: list[str], message: str
) -> None:
    quoted = [f'"{value}"' for value in values]
    repeated = quoted * 30 if len(quoted) < 10 else quoted
    path = write(tmp_path / "a.csv", rows_of(repeated))
    with pytest.raises(UserError, match=message):
        load(path)
    assert any("error" in text and "'x'" in text for text in findings(path))


def test_case_04_a_comma_may_be_two_things(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x;y\n" + "".join(f"{k + 1},{k + 100};{k % 2}\n" for k in range(60)))
    with pytest.raises(
        UserError, match=r"'x': '(\d+),(\d+)' may be \1\2 or \1\.\2: say .*decimal_comma"
    ):
        load(path)
    for kind, mean in (("decimal_comma", 31), ("decimal_point", 31000)):
        found = load(path, column_kinds={"x": kind})[0].info
        assert column(found, "x")["mean"] == pytest.approx(mean, rel=0.1)
    path.write_text("x;y;z\n" + "".join(f"{k + 1},{k + 100};{k % 2};0,5\n" for k in range(60)))
    found = load(path, target_columns=["y"])[0].info  # another column shows the mark
    assert column(found, "x")["decimal"] == ","


def test_case_04_points_are_thousands_where_commas_are_decimal(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x;z;y\n" + "".join(f"{k + 1}.000;{k},5;{k % 2}\n" for k in range(60)))
    assert column(load(path)[0].info, "x")["mean"] == pytest.approx(31000, rel=0.1)


def test_case_04_no_column_is_lost_without_a_word(tmp_path: Path) -> None:
    for number, values in enumerate(
        (
            [f"A/{k} x{k}" for k in range(60)],
            [f"{k}-{k}" for k in range(60)],
            [f"{k}px" for k in range(60)],
            [f"0{k:04}" for k in range(60)],
            [f"31/12/{k:02}" for k in range(60)],
        )
    ):
        path = write(tmp_path / f"{number}.csv", rows_of(list(values)))
        said = [text for text in findings(path) if "warning: column 'x'" in text]
        assert any(value in text for text in said for value in values), values[0]


def test_case_04_targets_are_read_likewise(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x;y\n" + "".join(f"{k};{k},5\n" for k in range(60)))
    train = load(path, project=NUMBERS)[0]
    batch = train.peek(42)
    assert batch.targets[:, 0].tolist() == [float(k) + 0.5 for k in train.ids.tolist()]
    path.write_text("x;y\n" + "".join(f"{k};{'n.d.' if k == 7 else k}\n" for k in range(60)))
    with pytest.raises(NUMBERS.UserError, match=r"a\.csv line 9: 'y' is 'n\.d\.', not a number"):
        load(path, project=NUMBERS)


def test_case_05_lists_of_one_length_become_columns(tmp_path: Path) -> None:
    vectors = [[float(k), float(k % 3), 1.0 + k] for k in range(60)]
    frame = pd.DataFrame({"v": vectors, "y": LABELS * 30})
    frame.to_parquet(tmp_path / "a.parquet")
    info = load(tmp_path / "a.parquet")[0].info
    assert features(info) == ["v[0]", "v[1]", "v[2]"]
    assert info.schema["lists"] == {"v": 3}
    frame.iloc[:2, :1].to_parquet(tmp_path / "b.parquet")
    assert len(cells(tmp_path / "b.parquet", info)) == 2
    pd.DataFrame({"v": [[1.0, 2.0]]}).to_parquet(tmp_path / "c.parquet")
    (wrong,) = inputs(tmp_path / "c.parquet", info).values()
    assert "column 'v', row 1: " in str(wrong)
    assert "is not a list of 3 numbers" in str(wrong)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([[1.0], [1.0, 2.0]], r"column 'v', row 2: .* is not a list of 1 numbers"),
        ([["a"], ["b"]], r"column 'v', row 1: .* is not a list of 1 numbers"),
        ([{"a": 1}, {"a": 2}], r"column 'v', row 1: dict"),
        ([b"\x00", b"\x01"], r"column 'v', row 1: bytes"),
    ],
)
def test_case_05_other_nested_columns_are_refused_by_name(
    tmp_path: Path, values: list[Any], message: str
) -> None:
    frame = pd.DataFrame({"v": values * 30, "x": range(60), "y": LABELS * 30})
    frame.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(UserError, match=message + ".*data.ignored_columns"):
        load(tmp_path / "a.parquet")
    assert load(tmp_path / "a.parquet", ignored_columns=["v"])[0].info.input_shape == [1]


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_case_06_the_index_that_to_csv_writes_is_left_out(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "a.csv", [[k, k % 7, k % 2] for k in range(60)], f"{name},x,y")
    assert features(load(path)[0].info) == ["x"]
    assert any("the first column" in text and "left out" in text for text in findings(path))
    pd.DataFrame({"x": range(60), "y": LABELS * 30}, index=range(9, 69)).to_parquet(
        tmp_path / "b.parquet"
    )
    assert features(load(tmp_path / "b.parquet")[0].info) == ["x"]


def test_case_06_columns_without_names(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [[k, k % 2, ""] for k in range(60)], "x,y,")
    assert features(load(path)[0].info) == ["x"]
    path = write(tmp_path / "b.csv", [[k, 3, k % 2] for k in range(60)], "x,,y")
    with pytest.raises(UserError, match=r"column 2 of \['x', '', 'y'\]: no name"):
        load(path)
    frame = pd.DataFrame({"x": range(60), "y": LABELS * 30}).set_index("x")
    frame.to_parquet(tmp_path / "c.parquet")  # an index with a name is a column
    assert features(load(tmp_path / "c.parquet")[0].info) == ["x"]


def test_case_06_an_index_with_a_name_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [[k, k % 7, k % 2] for k in range(60)], "id,x,y")
    assert any("'id'" in text and "counts the rows" in text for text in findings(path))


def test_case_17_numbers_beyond_float32_have_a_name(tmp_path: Path) -> None:
    info = load(write(tmp_path / "a.csv", rows_of([k % 20 for k in range(60)])))[0].info
    values = ["-1e300", "1e400", "inf", "3", "1e30", "1e15"]
    found = [*inputs(write(tmp_path / "b.csv", [[x] for x in values], "x"), info).values()]
    assert [isinstance(row, torch.Tensor) for row in found] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    assert "column 'x', line 2: '-1e300' is too far" in str(found[0])
    assert "line 3: '1e400' is beyond all floats" in str(found[1])
    frame = pd.DataFrame({"x": [1e300, 1e10]})
    frame.to_parquet(tmp_path / "c.parquet")
    wrong, good = inputs(tmp_path / "c.parquet", info).values()
    assert "row 1" in str(wrong)
    assert torch.isfinite(good).all()


@pytest.mark.parametrize("scale", [1e300, 1e-200, 1e-320])
def test_case_17_training_on_such_numbers_keeps_their_order(tmp_path: Path, scale: float) -> None:
    path = write(tmp_path / "a.csv", rows_of([repr((k % 20) * scale) for k in range(60)]))
    train = load(path)[0]
    found = train.peek(42).inputs[:, 0]
    assert found.isfinite().all()
    assert found.std() == pytest.approx(1, abs=0.05)


def test_case_17_predictions_are_json_whatever_the_model_says() -> None:
    inference = CLASSES.load("inference")

    class Lost:
        def predict(self, model: Any, batch: Any) -> torch.Tensor:
            return torch.stack([torch.zeros(2), torch.full((2,), float("nan"))])

    row = CLASSES.load("data.dataloader").as_batch(torch.zeros(3))
    info = CLASSES.load("data.info").DataInfo([3], ["no", "yes"], {}, {})
    rows = iter([({"input": "a:1"}, row), ({"input": "a:2"}, row)])
    found = [*inference.predict(torch.nn.Linear(1, 1), Lost(), rows, info, 8)]
    assert [{*each} & {"error"} for each in found] == [set(), {"error"}]
    for each in found:
        json.dumps(each, allow_nan=False)


@pytest.mark.parametrize("scale", [1e22, 1e-27, 1e-30, 1.0])
@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_case_14_metrics_are_free_of_the_unit(scale: float, shift: float) -> None:
    metrics = NUMBERS.load("task.metrics").Metrics(2)
    Batch, Loss = NUMBERS.load("batch").Batch, NUMBERS.load("engine.state").Loss
    generator = torch.Generator().manual_seed(0)
    targets = torch.randn(60, 2, generator=generator) * torch.tensor([1.0, 100.0]) + shift
    targets[:10] = 0  # the first batch shows no scale
    outputs = targets + 0.1 * torch.randn(60, 2, generator=generator)
    for start in range(0, 60, 10):
        part = slice(start, start + 10)
        batch = Batch(torch.zeros(10, 1), targets[part] * scale, torch.arange(10))
        metrics.update(Loss(torch.zeros(()), 10.0, outputs[part] * scale), batch)
    exact, found = targets.double().numpy() * scale, metrics.each()
    errors = (outputs.double() - targets.double()).numpy() * scale
    assert found["mse"] == pytest.approx((errors**2).mean(0), rel=1e-4, abs=0)
    assert found["rmse"] == pytest.approx((errors**2).mean(0) ** 0.5, rel=1e-4, abs=0)
    assert found["mae"] == pytest.approx(abs(errors).mean(0), rel=1e-4, abs=0)
    r2 = 1 - (errors**2).sum(0) / ((exact - exact.mean(0)) ** 2).sum(0)
    assert found["r2"] == pytest.approx(r2, rel=1e-4)


def test_case_14_processes_of_other_units_join() -> None:
    make = NUMBERS.load("task.metrics").Metrics
    Batch, Loss = NUMBERS.load("batch").Batch, NUMBERS.load("engine.state").Loss
    targets = torch.tensor([[1.0], [2.0], [4e12], [5e12]])
    outputs = targets * 1.01
    parts = [slice(0, 2), slice(2, 4), slice(0, 4)]
    one, other, both = (make(1) for _ in parts)
    for metrics, part in zip((one, other, both), parts, strict=True):
        size = len(targets[part])
        batch = Batch(torch.zeros(size, 1), targets[part], torch.arange(size))
        metrics.update(Loss(torch.zeros(()), float(size), outputs[part]), batch)
    empty = make(1)
    empty.join(one)
    empty.join(other)
    for name, values in empty.each().items():
        assert values == pytest.approx(both.each()[name], rel=1e-5)
