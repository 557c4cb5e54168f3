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
        """Note a sample by its number, or what should have been one by its place, once.

        Raises:
            UserError: these are more than `data.max_unreadable` allows.
        """
        if self.path is not None:
            with self.path.open("a+", -1, "utf-8", "surrogateescape", newline="") as file:
                file.seek(0)
                self.known.update(row[1] for row in csv.reader(file))
                if str(index) not in self.known:
                    csv.writer(file).writerow([name, index, reason])
        if str(index) not in self.known:
            self.known.add(str(index))
            print(f"warning: left out: {reason}", flush=True)
        most = int(self.share * self.total)
        if len(self.known) > most:
            many = f"data.max_unreadable: more than {most} of {self.total} cannot be read"
            raise UserError(f"{many}, the last: {reason}" if self.total else reason)
