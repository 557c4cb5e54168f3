"""The diabetes table of scikit-learn, as the file that you would have yourself.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

import os
from pathlib import Path

from .settings import DataSettings

FILE = Path("data/diabetes/diabetes.csv")


def obtain(settings: DataSettings) -> DataSettings:
    """Write the table if `data.dataset_path` is `FILE`; any other file is your own."""
    if Path(settings.dataset_path) == FILE:
        write(FILE)
    return settings


def write(file: Path) -> None:
    """Write one row a patient, in years and other plain units, unless `file` exists."""
    if file.exists():
        return
    from sklearn.datasets import load_diabetes  # takes its time

    frame = load_diabetes(as_frame=True, scaled=False).frame
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".part")
    frame.to_csv(draft, index=False)
    os.replace(draft, file)  # so that the file is never half there
    print(f"the table is in {file}")


if __name__ == "__main__":
    write(FILE)
