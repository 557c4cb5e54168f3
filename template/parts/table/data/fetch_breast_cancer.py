"""The breast_cancer table of scikit-learn, as the file that you would have yourself."""

import os
import re
from pathlib import Path

from sklearn.datasets import load_breast_cancer

PATH = Path("data/breast_cancer/breast_cancer.csv")


def fetch(path: Path = PATH) -> None:
    """Write one row a sample, its class last, unless the file is there."""
    if path.exists():
        return
    breast_cancer = load_breast_cancer(as_frame=True)
    names = [re.sub(r"\W+", "_", name).strip("_") for name in breast_cancer.frame]
    frame = breast_cancer.frame.set_axis(names, axis=1)
    frame["target"] = breast_cancer.target_names[breast_cancer.target]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    frame.to_csv(draft, index=False)
    os.replace(draft, path)  # so that the file is never half there
    print(f"the table is in {path}")


if __name__ == "__main__":
    fetch()
