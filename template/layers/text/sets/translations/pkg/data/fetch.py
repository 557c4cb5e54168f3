"""Short texts in English and German, from django's translations, as the file that you would have.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from ..engine.errors import run
from .settings import DataSettings
from .translations import Pair, download, on_one_line

FOLDER = Path("data/translations")
FILE = "translations.tsv"
LANGUAGE = "de"


def obtain(settings: DataSettings) -> DataSettings:
    """Write the pairs if `data.dataset_path` is in `FOLDER`; any other path is your own.

    Raises:
        UserError: the package cannot be downloaded, or is not the one that it was.
    """
    if Path(settings.dataset_path) == FOLDER / FILE:
        write(FOLDER)
    return settings


def write(folder: Path) -> None:
    """Write a table of texts and their translations, unless `folder` exists."""
    if folder.exists():
        return
    found, license_text = download([LANGUAGE])
    draft = folder.with_name(f".{folder.name}")
    draft.mkdir(parents=True, exist_ok=True)
    lines = ("\t".join(pair) for pair in (("source", "target"), *unlike(found[LANGUAGE])))
    text = "".join(f"{line}\n" for line in lines)
    (draft / FILE).write_text(text, encoding="utf-8", newline="\n")
    (draft / "LICENSE.txt").write_bytes(license_text)
    draft.rename(folder)  # so that it is never half there
    print(f"the translations are in {folder}")


def unlike(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """Yield each pair once, on one line, where the translation is not the text itself."""
    rows = dict.fromkeys((on_one_line(text), on_one_line(other)) for text, other in pairs)
    yield from (pair for pair in rows if pair[0].lower() != pair[1].lower())


if __name__ == "__main__":
    run(partial(write, FOLDER))
