"""Samples that cannot be read: noted, in a file too, and too many of them are an error."""

import csv
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import UserError


@dataclass(frozen=True)
class Quarantine:
    """A CSV file of names, sample numbers and reasons; worker processes add to it, too."""

    path: Path | None  # None: each process knows its own
    share: float  # data.max_unreadable
    total: int  # samples
    known: set[str] = field(default_factory=set)  # their numbers

    def add(self, name: str, index: int | str, reason: str) -> None:
        """Note a sample by its number, or its place, once; refuse more than `share` of them."""
        if self.path is not None:
            with self.path.open("a+", -1, "utf-8", "surrogateescape", newline="") as file:
                file.seek(0)
                self.known.update(row[1] for row in csv.reader(file))
                if str(index) not in self.known:
                    csv.writer(file).writerow([name, index, reason])
        before, most = len(self.known), int(self.share * self.total)
        self.known.add(str(index))
        if len(self.known) > most:
            many = f"data.max_unreadable: more than {most} of {self.total} cannot be read"
            raise UserError(f"{many}, the last: {reason}" if self.total else reason)
        if len(self.known) > before:
            print(f"warning: left out: {reason}", flush=True)
