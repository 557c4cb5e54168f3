"""Sentences in 25 languages, from django's translations, as the file that you would have.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from ..engine.errors import run
from .settings import DataSettings
from .translations import Pair, download, on_one_line

FOLDER = Path("data/languages")
FILE = "languages.csv"
LANGUAGES = (
    *("bg", "ca", "cs", "da", "de", "el", "es", "et", "fi", "fr", "hu", "id", "it", "lt", "lv"),
    *("nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr"),
)
SHORTEST = 16  # letters of a text that says which language it is in


def obtain(settings: DataSettings) -> DataSettings:
    """Write the texts if `data.dataset_path` is in `FOLDER`; any other path is your own.

    Raises:
        UserError: the package cannot be downloaded, or is not the one that it was.
    """
    if Path(settings.dataset_path) == FOLDER / FILE:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write a table of texts and their languages, unless `folder` exists."""
    if folder.exists():
        return
    found, license_text = download(LANGUAGES)
    draft = folder.with_name(f".{folder.name}")
    draft.mkdir(parents=True, exist_ok=True)
    with (draft / FILE).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [("text", "label"), *texts_of_one_language(found)]
        )
    (draft / "LICENSE.txt").write_bytes(license_text)
    draft.rename(folder)  # so that it is never half there
    print(f"the texts are in {folder}")


def texts_of_one_language(found: Mapping[str, Sequence[Pair]]) -> Iterator[tuple[str, str]]:
    """Yield each text that is long enough once, with its language, if it has one alone."""
    languages: dict[str, set[str]] = {}
    for language, pairs in found.items():
        for _, translation in pairs:
            languages.setdefault(on_one_line(translation), set()).add(language)
    for text, owners in languages.items():
        if len(owners) == 1 and sum(letter.isalpha() for letter in text) >= SHORTEST:
            yield text, owners.pop()


if __name__ == "__main__":
    run(partial(write, FOLDER))
