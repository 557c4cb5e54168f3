"""What a look at the data finds: each problem with its place and its remedy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
NAMED = 5  # findings of one kind that training prints; the doctor prints all


class Finding(NamedTuple):
    """One thing that is wrong with the data, or worth knowing."""

    severity: Severity  # error: training cannot work; warning: it may learn the wrong thing
    place: str  # file and line, row, index or column
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.severity}: {self.place}: {self.problem}"
        return f"{text}: {self.remedy}" if self.remedy else text


@dataclass(frozen=True)
class Report:
    """All findings, and the facts of a data set: each a number, a text, or numbers by name."""

    findings: list[Finding] = field(default_factory=list)
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sorted(self) -> list[Finding]:
        """Return the findings, the worst first."""
        return sorted(self.findings, key=lambda each: SEVERITIES.index(each.severity))

    @property
    def has_errors(self) -> bool:
        """Say whether training cannot work."""
        return any(each.severity == "error" for each in self.findings)


def print_quick(look: Callable[[], list[Finding]], count: int) -> None:
    """Print what training says of its data: one line where all is well.

    Args:
        look: The quick part of the doctor; whatever it raises ends no training.
        count: Samples in all.
    """
    try:
        findings = look()
    except Exception as error:
        print(f"warning: no look at the data: {type(error).__name__}: {error}")
        return
    if not findings:
        print(f"data: {count:,} samples, nothing to report")
    for each in findings[:NAMED]:
        print(each)
    if len(findings) > NAMED:
        package = __package__.partition(".")[0]
        print(f"{len(findings) - NAMED} more findings: python -m {package}.data.check")
