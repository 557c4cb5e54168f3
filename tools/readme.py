"""The parts of README.md that are written by programs: `python -m tools.readme` renews them."""

import re
from collections.abc import Iterator

from mldl.catalog import ROWS, Row
from mldl.catalog.sources import feeding

from . import ROOT

README = ROOT / "README.md"


def catalogue() -> str:
    """Return the table of what can be made, one row of the catalogue a line."""
    head = "| task | from | architecture | built from | data | why |\n|---|---|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(cells(row))} |\n" for row in ROWS if not row.deprecated)


def cells(row: Row) -> Iterator[str]:
    """Yield what stands in the columns for a row."""
    kinds = " or ".join(name.replace("_", " ") for name in row.objectives)
    yield f"{row.task}: {kinds}"
    yield f"{row.modality}s"
    yield f"`{row.architecture}`: {row.label}"
    licences = sorted({name for each in row.backbones for name in each.licences})
    weights = f", {len(row.backbones)} backbones (weights: {', '.join(licences)})"
    yield f"`{row.library_class}`" + (weights if row.backbones else "")
    sources = feeding(row.task, row.modality).items()
    yield ", ".join(name for name, each in sources if not {*row.objectives} <= {*each.lacks})
    yield row.reason


def between(text: str, name: str, content: str) -> str:
    """Return `text` with `content` between the markers of this name."""
    start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(end), re.DOTALL)
    found = pattern.subn(lambda _: start + content + end, text)
    assert found[1] == 1, f"README.md has no place for {name}"
    return found[0]


def main() -> None:
    """Write the table of the catalogue into README.md."""
    README.write_text(between(README.read_text(), "catalogue", catalogue()))


if __name__ == "__main__":
    main()
