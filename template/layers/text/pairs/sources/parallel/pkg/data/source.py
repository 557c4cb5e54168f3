"""Pairs of texts in two parallel files: a line of one is the translation of that of the other.

`data.dataset_path` is a folder with two files, such as source.txt and target.txt, or with two of
each split, such as train.en and train.de; or the start of their names, such as data/train.
"""

from pathlib import Path

from ..engine.errors import UserError
from .formats.parallel_files import Side, find_sides, read_side
from .found import Found
from .schema import Schema
from .settings import DataSettings


def load_rows(settings: DataSettings, schema: Schema | None = None) -> Found:
    """Read every pair of lines; lines that are blank in both files are passed over.

    The columns are called after the files: `en` and `de`, or `source` and `target`.

    Raises:
        UserError: there are not two files of as many lines.
    """
    root = Path(settings.dataset_path)
    pairs, said = find_sides(root, (settings.source_column, settings.target_column))
    names = [side.name for side in pairs[0]]
    usual = schema.file.get("encoding", "") if schema else ""
    found = Found({name: [] for name in names}, [], said=said)
    given = list[str]()
    for pair in pairs:
        texts = [read_side(side, root, usual, found) for side in pair]
        check_counts(root, pair, texts)
        rows = [k for k, both in enumerate(zip(*texts, strict=True)) if any(map(str.strip, both))]
        if blank := len(texts[0]) - len(rows):
            found.said.append(f"{pair[0].path.name}: lines that are blank in both files: {blank}")
        for side, lines in zip(pair, texts, strict=True):
            found.columns[side.name] += [lines[k] for k in rows]
        found.places += [f"{pair[0].path} line {k + 1}" for k in rows]
        given += [pair[0].split] * len(rows)
    if not found.places:
        raise UserError(f"data.dataset_path: {root} ({root.resolve()}): the files are empty")
    found.given = given if any(given) else None
    return found


def check_counts(root: Path, pair: tuple[Side, Side], texts: list[list[str]]) -> None:
    """Make sure that two files have as many lines.

    Raises:
        UserError: they have not.
    """
    counts = [len(lines) for lines in texts]
    if counts[0] != counts[1]:
        both = [f"{count} in {each.path.name}" for each, count in zip(pair, counts, strict=True)]
        problem = f"the files have other numbers of lines, {' and '.join(both)}"
        advice = "a line of one is the translation of that of the other"
        raise UserError(f"data.dataset_path: {root} ({root.resolve()}): {problem}: {advice}")
