"""Texts in one folder per class, such as `data/reviews/good/1.txt`, or deeper in it.

The folders may lie in `train`, `val` and `test`, which then are the splits.
"""

import zlib
from pathlib import Path

from ..engine.errors import UserError
from .formats.text_files import SPLITS, describe_left_out, is_plain, list_files, short
from .formats.text_formats import refuse
from .formats.text_lines import read_text
from .found import Found
from .schema import Schema
from .settings import DataSettings

WANTED = "a folder per class, with a .txt file for each text"
SUFFIXES = (".txt", ".txt.gz")


def load_rows(settings: DataSettings, schema: Schema | None = None) -> Found:
    """Read every text; the folder of a class that it lies in, however deep, is its label.

    Raises:
        UserError: the folder is missing or has no texts in folders.
    """
    root = Path(settings.dataset_path)
    files = list_files(root) if root.is_dir() else []
    inside = [file for file in files if file.name.lower().endswith(SUFFIXES)]
    tops = {file: file.relative_to(root).parts[:-1] for file in inside}
    splits = find_splits({parts for parts in tops.values() if parts}, root)
    depth = 1 if splits else 0
    texts = [file for file in inside if len(tops[file]) > depth]
    if not texts:
        raise refuse(root, "folder", WANTED)
    encoding = schema.file.get("encoding", "") if schema else ""
    found = Found({"text": [], "label": []}, [], [] if splits else None)
    read_all(found, texts, encoding)
    found.columns["label"] = [tops[Path(place)][depth] for place in found.places]
    if found.given is not None:
        found.given = [splits[tops[Path(place)][0]] for place in found.places]
    beside = [file for file in files if file not in {*texts}]
    found.said += describe_left_out(beside, root)
    return found


def read_all(found: Found, files: list[Path], usual: str) -> None:
    """Add the texts of files; note those that are empty or cannot be read, and odd encodings."""
    odd = dict[str, list[Path]]()
    for file in files:
        try:
            text, encoding = read_text(file, usual)
        except (OSError, ValueError, EOFError, zlib.error) as error:
            found.broken.append((str(file), f"it cannot be read: {error}"))
            continue
        if not text.strip():
            found.broken.append((str(file), "it is empty: write its text, or remove it"))
            continue
        if not is_plain(encoding):
            odd.setdefault(encoding, []).append(file)
        found.columns["text"].append(text)
        found.places.append(str(file))
    for encoding, those in odd.items():
        counted = f"{len(those)} of {len(files)} files are read as {encoding}, not UTF-8"
        found.said.append(f"{counted}, the first is {those[0]}")
    encoding = max(odd, key=lambda name: len(odd[name]), default="utf-8")
    found.file = {"format": "txt", "encoding": encoding}


def find_splits(parts: set[tuple[str, ...]], root: Path) -> dict[str, str]:
    """Return the split of each folder that holds one, or nothing if the folders are classes.

    They are splits if `train` and another one are among them; a class may well be called `train`.

    Raises:
        UserError: a split is there twice, or is not alone.
    """
    tops = sorted({names[0] for names in parts})
    found = {name: SPLITS[name.lower()] for name in tops if name.lower() in SPLITS}
    deep = {names[0] for names in parts if len(names) > 1}
    if "train" not in found.values() or len(found) < 2 or not {*found} <= deep:
        return {}
    place = f"data.dataset_path: in {root}, {' and '.join(found)} look like splits"
    if rest := [name for name in tops if name not in found]:
        raise UserError(
            f"{place}, but {short(root / rest[0], root)} is beside them: move it elsewhere"
        )
    if len({*found.values()}) < len(found):
        raise UserError(f"{place}, but one is there twice: move it elsewhere")
    return found
