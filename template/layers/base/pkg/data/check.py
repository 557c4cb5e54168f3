"""The doctor of the data.

python -m pkg.data.check [--data.dataset_path FILE ...]

Says of each file, row and column what is wrong and how to mend it, and shows what the data
hold. --json FILE and --html FILE write the same. Exit code 2: training cannot work.
"""

import html
import json
import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..config import Config
from ..engine.cli import CONFIG, make_parser, parse
from ..engine.errors import UserError, run
from .findings import SEVERITIES, Finding, Report

STYLE = "body{font:15px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
STYLE += "table{border-collapse:collapse}td,th{text-align:left;padding:.2em 1em .2em 0;"
STYLE += "vertical-align:top}.error{color:#b3261e}.warning{color:#8a5a00}.note{color:#555}"


def main() -> None:
    """Read the settings, look at the data, and report."""
    parser = make_parser(Config, __doc__)
    parser.add_argument("--json", help="file for the report as JSON")
    parser.add_argument("--html", help="file for the report as a page")
    config, options = parse(parser, Config)
    if not options.config:
        config, options = parse(parser, Config, ["--config", str(CONFIG), *sys.argv[1:]])

    from .doctor import examine  # takes its time
    from .fetch import obtain

    try:
        report = examine(obtain(config.data))
    except UserError as error:  # which ends the look at the data, and is its result
        report = Report([Finding("error", config.data.dataset_path, str(error))])
    print(as_text(report), end="")
    for path, write in ((options.json, as_json), (options.html, as_html)):
        if path:
            save(Path(path), write(report))
    if report.has_errors:
        sys.exit(UserError.exit_code)


def as_text(report: Report) -> str:
    """Return the findings, the worst first, then the facts in two columns."""
    lines = [line for each in report.sorted for line in (str(each).splitlines() or [""])]
    counts = {name: sum(x.severity == name for x in report.findings) for name in SEVERITIES}
    found = ", ".join(f"{n} {name}{'s' * (n != 1)}" for name, n in counts.items() if n)
    lines += [found or "nothing to report", ""]
    rows = list(flat(report.facts))
    width = max((len(name) for name, _ in rows), default=0)
    lines += [f"{name.ljust(width)}  {value}" for name, value in rows]
    return "\n".join(lines).rstrip() + "\n"


def as_json(report: Report) -> str:
    """Return JSON by the letter: what is not finite is null."""
    findings = [each._asdict() for each in report.sorted]
    found = {"can_train": not report.has_errors, "findings": findings, "facts": report.facts}
    return json.dumps(finite(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_html(report: Report) -> str:
    """Return a page that needs no other file."""
    rows = [
        f'<tr class="{each.severity}">{"".join(f"<td>{html.escape(cell)}</td>" for cell in each)}'
        for each in report.sorted
    ]
    facts = [
        f"<tr><th>{html.escape(name)}<td>{html.escape(value)}" for name, value in flat(report.facts)
    ]
    return "\n".join(
        [
            f'<!doctype html><meta charset="utf-8"><title>Data</title><style>{STYLE}</style>',
            "<h1>Data</h1><h2>Findings</h2>",
            "<table><tr><th><th>where<th>problem<th>remedy" if rows else "<p>Nothing to report.",
            *rows,
            *["</table>"] * bool(rows),
            "<h2>Facts</h2><table>",
            *facts,
            "</table>",
            "",
        ]
    )


def flat(facts: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Yield each fact by a name, those of a mapping one by one, in words."""
    for name, value in facts.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{before}{name}: ")
        elif isinstance(value, float):
            yield f"{before}{name}", f"{value:.6g}"
        elif isinstance(value, int) and not isinstance(value, bool):
            yield f"{before}{name}", f"{value:,}"
        else:
            yield f"{before}{name}", str(value)


def finite(value: Any) -> Any:
    """Return the value with None for each number that JSON does not have."""
    if isinstance(value, Mapping):
        return {str(key): finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def save(path: Path, text: str) -> None:
    """Write a file.

    Raises:
        UserError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror or error}") from None


if __name__ == "__main__":
    run(main)
