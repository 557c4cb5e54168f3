"""Which files are parallel: two sides, of one stem or in one folder, for each split."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ...engine.errors import UserError
from ..found import Found
from .text_files import (
    BESIDE_SUFFIXES,
    SPLITS,
    TextFile,
    describe_left_out,
    list_files,
    short,
    with_splits,
    words_of,
)
from .text_formats import TABLES, content_of, plain_suffix, refuse
from .text_lines import read_lines

WANTED = "two parallel files, such as train.en and train.de, or source.txt and target.txt"
FIRST = ("source", "src", "input", "inputs", "in", "question", "questions")
SECOND = ("target", "tgt", "trg", "output", "outputs", "out", "answer", "answers")


class Side(NamedTuple):
    """One of two parallel files."""

    path: Path
    name: str  # of its column: a language, or source or target
    stem: str  # what the name and folder have besides, alike for both
    split: str  # "" where it is not said


def find_sides(
    root: Path, asked: Sequence[str | None]
) -> tuple[list[tuple[Side, Side]], list[str]]:
    """Return the two files of each split, those that are read from first, and what is odd.

    Args:
        root: A folder, or the start of the names of two files.
        asked: The columns of source and target that the settings name; None: not said.

    Raises:
        UserError: there are none, or more of a split.
    """
    files = list_parts(root)
    none = {*TABLES, *BESIDE_SUFFIXES}
    texts = [x for x in files if plain_suffix(x) not in none and not content_of(x)]
    others = [file for file in files if file not in {*texts}]
    place = f"data.dataset_path: {root} ({root.resolve()})"
    if len(texts) < 2 or root.is_file():
        raise refuse(root, "parallel", WANTED)
    base = root if root.is_dir() else root.parent
    parts = with_splits(texts, base, "data.dataset_path")
    named = name_sides(parts)
    names = sorted({side.name for side in named}, key=lambda name: order(name, asked))
    pairs = list[tuple[Side, Side]]()
    for key in dict.fromkeys((side.stem, side.split) for side in named):
        those = [side for side in named if (side.stem, side.split) == key]
        those.sort(key=lambda side: names.index(side.name))
        if len(names) != 2 or [side.name for side in those] != names:
            few = those if len(names) == 2 else named
            shown = ", ".join(short(side.path, base) for side in few[:6])
            raise UserError(f"{place}: two parallel files are needed, but here are: {shown}")
        pairs.append((those[0], those[1]))
    return pairs, describe_left_out(others, base)


def list_parts(root: Path) -> list[Path]:
    """Return the files in a folder, or those whose names begin with a path and a point."""
    if root.is_dir() or root.is_file() or not root.parent.is_dir():
        return list_files(root) if root.exists() else []
    return [file for file in list_files(root.parent) if str(file).startswith(f"{root}.")]


def name_sides(files: Sequence[TextFile]) -> list[Side]:
    """Return the files with the names of their sides, which become columns.

    They are two suffixes (train.en and train.de), or what the names or folders of the files do
    not share (europarl-en.txt, en/train.txt).
    """
    parts = [plain_name(file.path).rpartition(".") for file in files]
    if all(stem for stem, _, _ in parts) and len({ending for _, _, ending in parts}) == 2:
        return [
            Side(file.path, ending, str(file.path.with_name(stem)), file.split)
            for file, (stem, _, ending) in zip(files, parts, strict=True)
        ]
    words = [side_words(file) for file in files]
    shared = set[str].intersection(*map(set, words))
    sides = list[Side]()
    for file, own in zip(files, words, strict=True):
        name = next((word for word in own if word not in shared), file.path.stem)
        sides.append(Side(file.path, name, without(file.path, name), file.split))
    return sides


def without(path: Path, name: str) -> str:
    """Return the words of a path besides the last that is the name of a side."""
    words = re.split(r"[\W_]+", str(path.with_name(plain_name(path))).lower())[::-1]
    if name.lower() in words:
        words.remove(name.lower())
    return " ".join(words)


def plain_name(path: Path) -> str:
    """Return the name of a file in small letters, without .gz and .txt."""
    return path.name.lower().removesuffix(".gz").removesuffix(".txt")


def side_words(file: TextFile) -> list[str]:
    """Return the words of a file's name and folder that may name a side, the most telling first."""
    words = [*reversed(words_of(plain_name(file.path))), *words_of(file.path.parent.name)]
    free = [word for word in words if word not in SPLITS]
    return [word for word in free if word in (*FIRST, *SECOND)] or free


def order(name: str, asked: Sequence[str | None]) -> tuple[int, str]:
    """Return what sorts sides: what is asked for, then source before target, then the alphabet."""
    if name in asked:
        return (-1 if name == asked[0] else 3), name
    return (0 if name in FIRST else 2 if name in SECOND else 1), name


def read_side(side: Side, root: Path, usual: str, found: Found) -> list[str]:
    """Read the lines of one file; add what is odd to `found`.

    Raises:
        UserError: it is no text.
    """
    lines, encoding, said = read_lines(side.path, "data.dataset_path", usual)
    found.said += [f"{side.path.name}: {words}" for words in said]
    found.file = found.file or {"format": "parallel", "encoding": encoding}
    return lines
