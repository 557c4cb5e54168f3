"""Samples that cannot be read: noted in a file, and too many of them are an error."""

import csv
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError


@dataclass(frozen=True)
class Quarantine:
    """A CSV file of names, sample numbers and reasons; worker processes add to it, too."""

    path: Path | None  # None takes nothing in: the first sample is an error
    share: float  # data.max_unreadable
    total: int  # samples

    def add(self, name: str, index: int, reason: str) -> None:
        """Note a sample, once.

        Raises:
            UserError: these are more than `data.max_unreadable` allows.
        """
        known: set[str] = set()
        if self.path is not None:
            with self.path.open("a+", newline="", encoding="utf-8") as file:
                file.seek(0)
                known = {row[1] for row in csv.reader(file)}
                if str(index) not in known:
                    csv.writer(file).writerow([name, index, reason])
        most = int(self.share * self.total)
        if self.path is None or len(known | {str(index)}) > most:
            many = f"data.max_unreadable: more than {most} of {self.total} cannot be read"
            raise UserError(reason if self.path is None else f"{many}, see {self.path}: {reason}")
