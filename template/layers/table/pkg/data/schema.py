"""What was learnt once of a table, from its training rows, and is never guessed anew.

It stands in each checkpoint, and as schema.json beside splits.csv.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from ..engine.files import write_text
from .cells import missing
from .columns import Columns

SHOWN = 3  # texts that a message shows


@dataclass(frozen=True)
class Schema:
    """Plain values: of the file, of its columns and of the rows that trained."""

    dataset_path: str  # data.dataset_path of the training
    file: dict[str, str]  # format, encoding and delimiter
    header: list[str]  # names of all columns of the file, in order
    targets: list[dict[str, Any]]  # columns that are predicted: names, and how they are written
    outputs: list[str]  # classes by their text, or names of targets
    lists: dict[str, int]  # columns of lists, and the length of these
    columns: list[dict[str, Any]]  # of `Columns.to_dict`: kinds, texts and statistics
    num_train: int  # rows that trained
    train_hash: str  # of those rows: they are never evaluated

    @property
    def names(self) -> list[str]:
        """Return the columns of a file that the model needs."""
        parts = {f"{name}[{k}]" for name, length in self.lists.items() for k in range(length)}
        own = [str(column["name"]) for column in self.columns]
        return [*self.lists, *(name for name in own if name not in parts)]

    @property
    def target_names(self) -> list[str]:
        """Return the columns that are predicted."""
        return [str(target["name"]) for target in self.targets]

    def make_columns(self) -> Columns:
        """Return what turns rows into features."""
        return Columns.from_dict({"columns": self.columns})

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for a checkpoint."""
        return asdict(self)

    def write(self, path: Path) -> None:
        """Write it as readable JSON."""
        text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False)
        write_text(path, text + "\n")

    def differences(self, file: Mapping[str, str], header: Sequence[str]) -> list[str]:
        """Say in words what another file has otherwise."""
        said = []
        for name, value in self.file.items():
            if name in file and file[name] != value:
                said.append(f"{name} {file[name]!r}, in training {value!r}")
        known = {*self.header}
        if more := [name for name in header if name not in known]:
            said.append(f"columns that training had not: {', '.join(map(repr, more[:SHOWN]))}")
        return said

    def surprises(self, frame: pd.DataFrame) -> list[str]:
        """Say in words what the rows of a file hold that no training row did."""
        said = []
        for column in self.make_columns().columns:
            values = frame[column.name]
            if column.kind == "category":
                texts = column.texts(values)
                new = texts[~texts.isin([*column.categories])]
                expected = column.rare / self.num_train
                if len(new) > (2 * expected + 0.1 * (expected > 0)) * len(texts):
                    some = ", ".join(map(repr, new.unique()[:SHOWN]))
                    what = f"{len(new)} rows of texts that training had not, or hardly: {some}"
                    said.append(f"column {column.name!r}: {what}")
            elif not column.has_missing and (count := int(missing(values, column.markers).sum())):
                where = f"column {column.name!r}: {count} missing values, where training had none"
                said.append(f"{where}: they count as the median")
        return said


def hash_rows(names: Sequence[str]) -> str:
    """Return one hash of rows, whatever their order."""
    return sha256("\n".join(sorted(names)).encode()).hexdigest()[:32]
