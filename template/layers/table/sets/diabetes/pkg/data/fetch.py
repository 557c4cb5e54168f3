"""The diabetes table of scikit-learn, as the file that you would have yourself."""

import os
from pathlib import Path

PATH = Path("data/diabetes/diabetes.csv")


def fetch(path: Path = PATH) -> None:
    """Write one row a patient, in years and so on, unless the file is there."""
    if path.exists():
        return
    from sklearn.datasets import load_diabetes  # takes its time

    frame = load_diabetes(as_frame=True, scaled=False).frame
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    frame.to_csv(draft, index=False)
    os.replace(draft, path)  # so that the file is never half there
    print(f"the table is in {path}")


if __name__ == "__main__":
    fetch()
