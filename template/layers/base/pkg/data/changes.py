"""What has changed in the data since their split was written down."""

import csv
from collections.abc import Sequence
from pathlib import Path

from ..engine.errors import UserError


def tell_changes(names: Sequence[str], manifest: Path, place: str) -> None:
    """Print how many samples have come or gone since `manifest` was written.

    Args:
        names: The samples that there are now.
        manifest: splits.csv of the training.
        place: Where the samples are, for messages.

    Raises:
        UserError: it knows none of them.
    """
    with manifest.open(newline="", encoding="utf-8", errors="surrogateescape") as file:
        rows = [row for row in csv.reader(file) if row][1:]
    known, now = {row[0]: row[-1] for row in rows}, {*names}
    new, gone = len(now - known.keys()), known.keys() - now
    if known and new == len(now):
        raise UserError(f"data.dataset_path: {manifest} knows none of the samples of {place}")
    if new or gone:
        trained = sum(known[name] == "train" for name in gone)
        lost = f"{len(gone)} are gone, of which {trained} trained"
        print(f"warning: {place}: {new} samples are new since the training: they train; {lost}")
