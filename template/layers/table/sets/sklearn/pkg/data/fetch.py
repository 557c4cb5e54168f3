"""The iris table of scikit-learn, as the file that you would have yourself."""

import os
import re
from pathlib import Path

PATH = Path("data/iris/iris.csv")


def fetch(path: Path = PATH) -> None:
    """Write one row a sample, its class last, unless the file is there."""
    if path.exists():
        return
    from sklearn.datasets import load_iris  # takes its time

    iris = load_iris(as_frame=True)
    names = [re.sub(r"\W+", "_", name).strip("_") for name in iris.frame]
    frame = iris.frame.set_axis(names, axis=1)
    frame["target"] = iris.target_names[iris.target]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    frame.to_csv(draft, index=False)
    os.replace(draft, path)  # so that the file is never half there
    print(f"the table is in {path}")


if __name__ == "__main__":
    fetch()
