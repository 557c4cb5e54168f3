"""Sentences with people, places and firms that the project draws, as the file that you would have.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

from pathlib import Path

from .sentences import NUMBER, draw
from .settings import DataSettings

FOLDER = Path("data/entities")
FILE = "entities.conll"


def obtain(settings: DataSettings) -> DataSettings:
    """Write the sentences if `data.dataset_path` is in `FOLDER`; any other path is your own."""
    if Path(settings.dataset_path) == FOLDER / FILE:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write 5,000 sentences, a word and its tag a line (IOB2), unless `folder` exists."""
    if folder.exists():
        return
    draft = folder.with_name(f".{folder.name}")
    draft.mkdir(parents=True, exist_ok=True)
    sentences = (draw(number) for number in range(NUMBER))
    blocks = ("".join(f"{word} {tag}\n" for word, tag in each) for each in sentences)
    (draft / FILE).write_text("\n".join(blocks), encoding="utf-8", newline="\n")
    draft.rename(folder)  # so that it is never half there
    print(f"the sentences are in {folder}")


if __name__ == "__main__":
    write(FOLDER)
