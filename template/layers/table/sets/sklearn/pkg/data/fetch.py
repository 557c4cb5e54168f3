"""A table that scikit-learn carries, as the file that you would have yourself.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

import os
import re
import sys
from pathlib import Path

from ..config import Config
from ..engine.cli import CONFIG, make_parser, parse
from ..engine.errors import run
from .settings import DataSettings

FILES = [Path(f"data/{name}/{name}.csv") for name in ("iris", "wine", "breast_cancer")]


def obtain(settings: DataSettings) -> DataSettings:
    """Write the table if `data.dataset_path` is one of `FILES`; any other file is your own."""
    if (file := Path(settings.dataset_path)) in FILES:
        write(file)
    return settings


def write(file: Path) -> None:
    """Write the table that `file` is named after, the class last, unless `file` exists."""
    if file.exists():
        return
    from sklearn import datasets  # takes its time

    loaded = getattr(datasets, f"load_{file.stem}")(as_frame=True)
    names = [re.sub(r"\W+", "_", name).strip("_") for name in loaded.frame]
    frame = loaded.frame.set_axis(names, axis=1)
    frame["target"] = loaded.target_names[loaded.target]
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".part")
    frame.to_csv(draft, index=False)
    os.replace(draft, file)  # so that the file is never half there
    print(f"the table is in {file}")


def main() -> None:
    """Write the table that data.dataset_path of configs/config.yaml names."""
    command = ["--config", str(CONFIG), *sys.argv[1:]]
    config, _ = parse(make_parser(Config, main.__doc__), Config, command)
    obtain(config.data)


if __name__ == "__main__":
    run(main)
