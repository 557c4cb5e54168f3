"""The doctor of a table: each finding by its place, and the command that writes them."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tables import CLASSES, NUMBERS, findings, load, settings, write

UserError = CLASSES.UserError
check, parts = CLASSES.load("data.check"), CLASSES.load("data.findings")
examine = CLASSES.load("data.doctor").examine
Finding, Report = parts.Finding, parts.Report


def good(path: Path) -> Path:
    """Write a table with nothing to say of it."""
    return write(path, [[f"{k}.5", f"c{k % 3}", k % 2] for k in range(60)], "x,t,y")


def test_a_good_table_has_facts_alone(tmp_path: Path) -> None:
    report = examine(settings(good(tmp_path / "a.csv")))
    assert not report.findings
    facts = report.facts
    assert (facts["rows"], facts["delimiter"], facts["class counts"]) == (
        60,
        ",",
        {"0": 30, "1": 30},
    )
    assert [facts[f"rows in {name}"] for name in ("train", "val", "test")] == [42, 9, 9]
    assert facts["columns"] == {"x": "number, 0 missing", "t": "category of 3 texts, 0 missing"}
    assert check.as_text(report).startswith("nothing to report\n\nrows")


CASES: dict[str, tuple[list[list[object]], list[str]]] = {
    "one value": (
        [[7, k % 5, k % 2] for k in range(60)],
        ["warning: column 'x': one value in all rows, '7': data.ignored_columns leaves it out"],
    ),
    "nothing at all": (
        [["", k % 5, k % 2] for k in range(60)],
        ["warning: column 'x': one value in all rows, ''"],
    ),
    "the target again": (
        [[k % 2, k % 5, k % 2] for k in range(60)],
        ["warning: column 'x': it tells the target 'y'"],
    ),
    "another name for the target": (
        [[f"class {k % 2}", k % 5, k % 2] for k in range(60)],
        ["warning: column 'x': it tells the target 'y', value by value"],
    ),
    "a number that stands for none": (
        [[-999 if k % 10 == 0 else f"{k}.5", k % 5, k % 2] for k in range(60)],
        ["warning: column 'x': -999 in ", "data.missing_values ['-999'] says so"],
    ),
    "an index": (
        [[k + 100, k % 5, k % 2] for k in range(60)],
        ["warning: column 'x': it counts the rows"],
    ),
    "a class with one row": (
        [[f"{k}.5", k % 5, "rare" if k == 5 else k % 2] for k in range(60)],
        ["warning: class 'rare': one row in all"],
    ),
    "classes that differ in case": (
        [[f"{k}.5", k % 5, ["Yes", "yes", "no"][k % 3]] for k in range(60)],
        ["class 'Yes': another class differs in case alone", "class 'yes': another"],
    ),
    "copies across splits": (
        [[k % 6, k % 2, k % 2] for k in range(60)],
        ["rows of val and test are copies of rows in an earlier split", "but equal to"],
    ),
    "rows of another width": (
        [*([f"{k}.5", k % 5, k % 2] for k in range(60)), [1, 2]],
        ["error: ", "a.csv: line 62 has 2 fields, but the header has 3: mend the row"],
    ),
    "no class": (
        [[f"{k}.5", k % 5, k % 2 if k != 7 else ""] for k in range(60)],
        ["error: data.target_columns: ", "a.csv line 9: the class is missing"],
    ),
    "one class": (
        [[f"{k}.5", k % 5, 1] for k in range(60)],
        ["error: data.target_columns: ", "two classes or more"],
    ),
    "stray words": (
        [[f"{k}.5" if k not in (7, 9) else f"w{k}x", k % 5, k % 2] for k in range(60)],
        ["'w7x' is no number", "'w9x' is no number", "mend the cell, or name it in data."],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_findings_say_where_and_what_to_do(tmp_path: Path, name: str) -> None:
    rows, expected = CASES[name]
    path = write(tmp_path / "a.csv", rows, "x,t,y")
    changes = {"max_unreadable": 0.0} if name == "rows of another width" else {}
    found = "\n".join(findings(path, **changes))
    for text in expected:
        assert text in found, found


def test_numbers_are_described(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [[f"{k}.5", k % 7] for k in range(60)])
    report = NUMBERS.load("data.doctor").examine(settings(path, NUMBERS))
    assert not report.findings
    assert {"target mean", "target std"} <= report.facts.keys()


def test_training_prints_the_quick_part_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, manifest = good(tmp_path / "a.csv"), tmp_path / "splits.csv"
    info = load(path, None, manifest)[0].info
    assert capsys.readouterr().out == "data: 60 samples, nothing to report\n"
    load(path, None, manifest)
    load(path, info, manifest)
    load(path)
    assert capsys.readouterr().out == ""
    rows = [[7, *(8 for _ in range(7)), k % 5, k % 2] for k in range(60)]
    write(path, rows, "a,b,c,d,e,f,g,h,i,y")
    manifest.unlink()
    load(path, None, manifest)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert all(line.startswith("warning: column") for line in lines[:4])
    assert lines[-1].endswith(f"more findings: python -m {CLASSES.name}.data.check")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs the command on a table; it returns the exit code."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()

    def run(path: Path, *arguments: str) -> int:
        chosen = f"data:\n  dataset_path: {path}\n"
        (tmp_path / "configs/config.yaml").write_text(chosen)
        monkeypatch.setattr("sys.argv", ["check", *arguments])
        try:
            check.main()
        except SystemExit as error:
            return int(error.code or 0)
        return 0

    return run


def test_the_command_writes_text_json_and_a_page(
    tmp_path: Path, command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[list[object]] = [[k, "<b>", k % 2] for k in range(60)]
    path = write(tmp_path / "a.csv", rows, "x,t,y")
    assert command(path, "--json", "out.json", "--html", "out.html") == 0
    text = capsys.readouterr().out
    assert "warning: column 't': one value in all rows, '<b>'" in text
    assert "2 warnings" in text
    found = json.loads(Path("out.json").read_text(), parse_constant=lambda x: pytest.fail(x))
    assert found["can_train"] is True
    assert [each["place"] for each in found["findings"]] == ["column 'x'", "column 't'"]
    assert found["facts"]["rows"] == 60
    page = Path("out.html").read_text()
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    HTMLParser().feed(page)


def test_the_command_says_when_training_cannot_work(
    tmp_path: Path, command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(tmp_path / "none.csv") == 2
    assert "does not exist" in capsys.readouterr().out
    path = write(tmp_path / "a.csv", [[k, 1] for k in range(60)])
    assert command(path, "--json", "out.json") == 2
    assert json.loads(Path("out.json").read_text())["can_train"] is False
    path = good(tmp_path / "b.csv")
    with pytest.raises(UserError, match=r"nowhere/x\.json cannot be written"):
        command(path, "--json", "nowhere/x.json")
    assert command(path, "--data.dataset_path", str(tmp_path / "none.csv")) == 2


def test_a_report_is_json_by_the_letter() -> None:
    facts = {"a": float("nan"), "b": {"c": [float("inf"), 1]}, "d": 1.5}
    report = Report([Finding("note", "x", "y"), Finding("error", "z", "w", "mend it")], facts)
    found = json.loads(check.as_json(report), parse_constant=lambda x: pytest.fail(x))
    assert found["facts"] == {"a": None, "b": {"c": [None, 1]}, "d": 1.5}
    assert [each["severity"] for each in found["findings"]] == ["error", "note"]
    assert check.as_text(report).splitlines()[0] == "error: z: w: mend it"


def test_the_doctor_and_training_agree(tmp_path: Path) -> None:
    for name, (rows, _) in CASES.items():
        path = write(tmp_path / f"{name}.csv", rows, "x,t,y")
        chosen = {"max_unreadable": 0.0} if name == "rows of another width" else {}
        report = examine(settings(path, **chosen))
        try:
            load(path, None, tmp_path / f"{name} splits.csv", **chosen)
        except UserError:
            assert report.has_errors, name
        else:
            assert not report.has_errors, name
