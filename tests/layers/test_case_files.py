"""Files that went wrong, by the numbers of their kinds: splits by content, CSV of others."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from tables import CLASSES, features, findings, inputs, load, write

UserError = CLASSES.UserError
LABELS = ["no", "yes"]


def table(path: Path, rows: Any) -> Path:
    """Write rows by their numbers: each has cells of its own, and they are sorted by class."""
    return write(path, [[f"{k}.5", f"t{k % 5}", int(k >= 30)] for k in rows], "x,t,y")


def splits_of(path: Path, info: Any = None, manifest: Path | None = None) -> list[set[float]]:
    """Return the values of x, which no two rows share, in each split."""
    frame = pd.read_csv(path)
    return [
        {float(frame["x"].iloc[k]) for k in loader.ids.tolist()}
        for loader in load(path, info, manifest)
    ]


def test_case_07_a_row_keeps_its_split_wherever_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, manifest = table(tmp_path / "a.csv", range(60)), tmp_path / "splits.csv"
    info = load(path, None, manifest)[0].info
    before = splits_of(path, info, manifest)
    capsys.readouterr()
    table(path, reversed(range(60)))  # sorted otherwise
    assert splits_of(path, info, manifest) == before
    assert "new" not in capsys.readouterr().out
    table(path, range(7, 60))  # shortened
    after = splits_of(path, info, manifest)
    assert all(b < a or b == a for a, b in zip(before, after, strict=True))
    gone = len(before[0] - after[0])
    assert (
        f"0 samples are new since the training: they train; 7 are gone, of which {gone} trained"
        in (capsys.readouterr().out)
    )
    table(path, [*range(60), *range(100, 112)])
    new = splits_of(path, info, manifest)
    assert new[1:] == before[1:]
    assert new[0] == before[0] | {k + 0.5 for k in range(100, 112)}
    assert (
        "12 samples are new since the training: they train; 0 are gone" in capsys.readouterr().out
    )


def test_case_07_the_order_of_columns_and_columns_of_no_use_change_nothing(tmp_path: Path) -> None:
    path, manifest = table(tmp_path / "a.csv", range(60)), tmp_path / "splits.csv"
    info = load(path, None, manifest, target_columns=["y"])[0].info
    before = [each.ids.tolist() for each in load(path, info, manifest, target_columns=["y"])]
    rows: list[list[object]] = [[f"t{k % 5}", k, int(k >= 30), f"{k}.5"] for k in range(60)]
    write(path, rows, "t,more,y,x")
    after = [each.ids.tolist() for each in load(path, info, manifest, target_columns=["y"])]
    assert before == after


def test_case_07_equal_rows_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [[k % 3, k % 2] for k in range(60)])
    manifest = tmp_path / "splits.csv"
    load(path, None, manifest)
    names = [line.split(",")[0] for line in manifest.read_text().splitlines()[1:]]
    assert len({*names}) == 60
    assert len({name.partition(".")[0] for name in names}) == 6


def test_case_07_another_file_in_its_place_is_refused(tmp_path: Path) -> None:
    path, manifest = table(tmp_path / "a.csv", range(60)), tmp_path / "splits.csv"
    info = load(path, None, manifest)[0].info
    table(path, range(100, 160))
    with pytest.raises(UserError, match=r"splits\.csv knows none of the samples of .*a\.csv"):
        load(path, info, manifest)


def test_case_07_without_its_splits_a_changed_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path / "a.csv", range(60))
    info = load(path, None, tmp_path / "splits.csv")[0].info
    load(path, info)  # the same rows: the same split is drawn again
    table(path, range(3, 60))
    with pytest.raises(UserError, match=r"a\.csv has changed since the training"):
        load(path, info)
    load(path, info, whole=True)
    other = table(tmp_path / "b.csv", range(3, 60))
    load(other, info)
    assert "rows that trained may be among those of val and test" in capsys.readouterr().out


def test_case_07_a_label_or_cell_that_changes_makes_a_new_row(tmp_path: Path) -> None:
    path, manifest = table(tmp_path / "a.csv", range(60)), tmp_path / "splits.csv"
    info, _, test = (each if k else each.info for k, each in enumerate(load(path, None, manifest)))
    changed = int(test.ids[0])
    rows: list[list[object]] = [[f"{k}.5", f"t{k % 5}", int(k >= 30)] for k in range(60)]
    rows[changed][1] = "t9"
    write(path, rows, "x,t,y")
    train, _, test = load(path, info, manifest)
    assert changed not in test.ids.tolist()
    assert changed in train.ids.tolist()


BODY = [("1.5", "red", "no"), ("2.5", "blue", "yes"), ("3.5", "a, b; c", "no")]
COMMAS = 'x,t,y\n1.5,red,no\n2.5,blue,yes\n3.5,"a, b; c",no\n'
SEMICOLONS = 'x;t;y\n1.5;red;no\n2.5;blue;yes\n3.5;"a, b; c";no\n'
TABS = "x\tt\ty\n1.5\tred\tno\n2.5\tblue\tyes\n3.5\ta, b; c\tno\n"
ALL_QUOTED = '"x";"t";"y"\n"1.5";"red";"no"\n"2.5";"blue";"yes"\n"3.5";"a, b; c";"no"\n'
DIALECTS: dict[str, bytes] = {
    "Excel's line of the separator": f"sep=;\n{SEMICOLONS}".encode(),
    "that line in quotes": f'"sep=;"\n{SEMICOLONS}'.encode(),
    "blanks before quotes": b'x, t, y\n1.5, "red", no\n2.5, "blue", yes\n3.5, "a, b; c", no\n',
    "a comment first": f"# made by hand, in 2020, twice\n{COMMAS}".encode(),
    "comments and a blank line": f"#one\n# two\n\n{COMMAS}".encode(),
    "a header behind a mark": f"# {COMMAS}".encode(),
    "a mark of UTF-8": f"\ufeff{COMMAS}".encode(),
    "UTF-16": TABS.encode("utf-16"),
    "UTF-32": COMMAS.encode("utf-32"),
    "line ends of Windows": COMMAS.replace("\n", "\r\n").encode(),
    "line ends of old Macs": COMMAS.replace("\n", "\r").encode(),
    "tabs": TABS.encode(),
    "bars": TABS.replace("\t", "|").encode(),
    "everything in quotes": ALL_QUOTED.encode(),
    "blank lines": ("\n" + COMMAS.replace("yes\n", "yes\n\n\n") + "\n").encode(),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_case_15_csv_as_others_write_it(tmp_path: Path, dialect: str) -> None:
    (tmp_path / "a.csv").write_bytes(DIALECTS[dialect])
    files, cells = CLASSES.load("data.formats.files"), CLASSES.load("data.cells")
    frame = cells.tidy(files.read_table(tmp_path / "a.csv"), [])
    assert [*frame.columns] == ["x", "t", "y"]
    assert [tuple(row) for row in frame.itertuples(index=False)] == BODY
    assert not frame.attrs.get("broken")


def test_case_15_a_header_of_words_behind_a_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("#id,name\n" + "".join(f"c{k % 3},{LABELS[k % 2]}\n" for k in range(60)))
    assert features(load(path)[0].info)[0].startswith("id=")


def test_case_15_two_delimiters_that_fit_are_said(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b;y\n" + "".join(f"c{k % 3},{k};{k % 2}\n" for k in range(60)))
    assert any("divided by ',', though ';' fits as well" in text for text in findings(path))


def test_case_15_a_delimiter_in_a_quoted_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f'{k},"{k % 3}",{k % 2}\n' for k in range(60))
    path.write_text('"size; in cm; rounded; twice","t|u",y\n' + rows)
    assert features(load(path)[0].info) == ["size; in cm; rounded; twice", "t|u"]


def test_case_15_a_long_cell(tmp_path: Path) -> None:
    long = "a" * 140_000
    path = write(
        tmp_path / "a.csv", [[k, [long, "short"][k % 2], k % 2] for k in range(60)], "x,t,y"
    )
    assert load(path)[0].info.schema["columns"][1]["categories"] == [long, "short"]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_case_15_another_encoding_is_found_and_said(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    rows = "".join(f"{k},caf\u00e9,{k % 2}\n" for k in range(60))
    path.write_text("Gr\u00f6\u00dfe,t,y\n" + rows, encoding=encoding)
    info = load(path)[0].info
    assert features(info)[0] == "Gr\u00f6\u00dfe"
    assert info.schema["file"]["encoding"] == "cp1252"
    assert any("is read as cp1252, not UTF-8: 'Gr\u00f6\u00dfe" in text for text in findings(path))


def test_case_15_a_later_file_is_read_by_the_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.csv", [[k, f"c{k % 3}", k % 2] for k in range(60)], "x,t,y")
    info = load(path)[0].info
    same = [*inputs(write(tmp_path / "b.csv", [[1, "c1"]], "x,t"), info).values()]
    assert capsys.readouterr().err == ""
    other = tmp_path / "c.csv"
    other.write_text("t;x;new\nc1;1;7\n", encoding="utf-16")
    found = [*inputs(other, info).values()]
    assert torch.equal(same[0], found[0])
    (line,) = capsys.readouterr().err.splitlines()
    assert "encoding 'utf-16', in training 'utf-8'" in line
    assert "delimiter ';', in training ','" in line
    assert "columns that training had not: 'new'" in line


def test_case_15_what_rows_hold_otherwise_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "a.csv", [[k, f"c{k % 3}", k % 2] for k in range(60)], "x,t,y")
    info = load(path)[0].info
    inputs(write(tmp_path / "b.csv", [["", "c1"], [5, "moon"]], "x,t"), info)
    (line,) = capsys.readouterr().err.splitlines()
    assert "column 'x': 1 missing values, where training had none" in line
    assert "column 't': 1 rows of texts that training had not, or hardly: 'moon'" in line


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('x,y\n1,2\n"3,4\n5,6\n', r"lines 3 to 4: a quote is opened and never closed"),
        (
            'x,y\n"3\n' + "1,2\n" * 300 + '5",6,7\n',
            r"lines 2 to 303 have 3 fields: a quote in line 2",
        ),
        ("x y z\n1 2 3\n", r"line 1 has one field: divide it by"),
        ('x,y\n"a"b,2\n', r"line 2: "),
        ("x,y\n1,2\x00\n", r"bytes that no text has: save it as UTF-8"),
    ],
)
def test_case_15_what_cannot_be_read_is_named(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    with pytest.raises(
        UserError, match=rf"data\.dataset_path: .*a\.csv cannot be read: .*{message}"
    ):
        load(tmp_path / "a.csv")


def test_the_schema_is_readable_json_beside_the_splits(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", [[k, f"c{k % 3}", k % 2] for k in range(60)], "x,t,y")
    info = load(path, None, tmp_path / "splits.csv")[0].info
    found = json.loads((tmp_path / "schema.json").read_text(encoding="utf-8"))
    assert found == info.schema
    assert (found["header"], found["outputs"]) == (["x", "t", "y"], ["0", "1"])
    load(path, info, tmp_path / "splits.csv")
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8")) == found
