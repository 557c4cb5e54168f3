"""Which kind of data there is at a path, for the message that refuses it."""

import gzip
import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from ...engine.errors import UserError
from .encodings import MARKS
from .text_files import list_files, short, split_of

TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".pq")
COLUMNS = (
    ".conll",
    ".conllu",
    ".conll2003",
    ".conll03",
    ".bio",
    ".iob",
    ".iob2",
    ".bilou",
    ".iobes",
)
ARROW = ("state.json", "dataset_dict.json")  # that the library datasets writes
CONTENTS = {  # by their first bytes
    b"PK\x03\x04": "a ZIP archive: unpack it first",
    b"\x1f\x8b": "a packed file: unpack it first",
    b"7z\xbc\xaf": "a 7z archive: unpack it first",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "a sound, video or image",
    b"ID3": "a sound",
    b"%PDF": "a PDF: extract its text first",
    b"SQLite format 3": "a database: export a table of it as CSV",
    b"\x80\x04": "a Python pickle: save its rows as JSON lines",
}
OFFICE = {".xlsx": "an Excel file: save it as CSV", ".docx": "a Word file: save it as text"}
OTHERS = {  # kinds of data, and what reads them
    "table": "a table, which data_source text_table reads for classes, tokens and pairs",
    "huggingface": "a saved Hugging Face data set, which data_source huggingface reads",
    "conll": "columns of words and labels, which objective token reads by data_source conll",
    "parallel": "two parallel files, which objective seq2seq reads by data_source parallel",
    "folder": "a folder of texts per class, which data_source text_folder reads for classification",
    "files": "plain text, which objective language_model reads by data_source text_files",
}
TAG = re.compile(r"O|[BIESLUM]-\S+")
HEAD = 2**16  # bytes to look at
MOST_COLUMNS = 10  # of words and labels


def refuse(path: Path, own: str, wanted: str, setting: str = "data.dataset_path") -> UserError:
    """Return the error that says what there is in the place of the data.

    Args:
        path: Where they should be.
        own: The data_source of this project.
        wanted: What it reads, in words.
        setting: The name of `path` in messages.
    """
    place = f"{setting}: {path} ({path.resolve()})"
    if not path.exists():
        return UserError(f"{place} does not exist: this project reads {wanted}")
    files = list_files(path)
    if not files and not (path / ARROW[0]).exists() and not (path / ARROW[1]).exists():
        return UserError(f"{place} has no files: this project reads {wanted}")
    kind, file = kind_of(path, files)
    if kind in OTHERS and kind != own:
        looks = f"looks like {OTHERS[kind]}"
    elif file and (content := content_of(file)):
        looks = f"{short(file, path)} is {content}"
    else:
        looks = f"{short(file, path) if file else 'it'} is none of it"
    return UserError(f"{place}: {looks}; this project reads {wanted}")


def kind_of(path: Path, files: Sequence[Path]) -> tuple[str, Path | None]:
    """Return the kind of the data at `path`, a name in OTHERS or "", and a file that shows it."""
    if path.is_dir() and any((path / name).is_file() for name in ARROW):
        return "huggingface", None
    first = files[0]
    if any(is_columns(file) for file in files[:3]):
        return "conll", first
    if tables := [file for file in files if plain_suffix(file) in TABLES]:
        return "table", tables[0]
    texts = [file for file in files if not content_of(file)]
    if not texts:
        return "", first
    if is_parallel(texts):
        return "parallel", texts[0]
    folders = {file.parent for file in texts} - {path}
    if folders and path.is_dir() and all(file.suffix == ".txt" for file in texts):
        classes = {x.name for x in folders if not split_of(x.name)}
        if len(classes) > 1:
            return "folder", texts[0]
    if read_head(texts[0])[:1] in ("{", "["):
        return "table", texts[0]
    return "files", texts[0]


def plain_suffix(file: Path) -> str:
    """Return the suffix of a file, or the one before `.gz`, in small letters."""
    suffixes = [suffix.lower() for suffix in file.suffixes]
    packed = suffixes[-1:] == [".gz"] and len(suffixes) > 1
    return suffixes[-2] if packed else (suffixes or [""])[-1]


def content_of(file: Path) -> str:
    """Say what a file is that holds no text; "" if it may well hold some."""
    if file.suffix.lower() in OFFICE:
        return OFFICE[file.suffix.lower()]
    try:
        with file.open("rb") as opened:
            head = opened.read(HEAD)
    except OSError as error:
        return f"not to be read: {error.strerror}"
    if file.suffix.lower() == ".gz" and not file.name.lower().endswith((".tar.gz", ".tgz")):
        return ""
    known = next((words for mark, words in CONTENTS.items() if head.startswith(mark)), "")
    if known or any(head.startswith(mark) for mark in MARKS):
        return known
    return "no text: it holds zero bytes" if b"\0" in head else ""


def read_head(file: Path) -> str:
    """Return the start of a file as text, whatever it holds; "" where it cannot be read."""
    start = gzip.open if file.suffix.lower() == ".gz" else open
    try:
        with start(file, "rb") as opened:
            head = opened.read(HEAD)
    except (OSError, EOFError):
        return ""
    marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), "utf-8")
    return head.decode(marked, errors="replace").lstrip("\ufeff \t\r\n")


def is_columns(file: Path) -> bool:
    """Say whether a file has a word and its label in each line, and blank lines between sentences.

    Its suffix says so, or its last column holds labels such as B-PER and O alone.
    """
    if plain_suffix(file) in COLUMNS:
        return True
    lines = read_head(file).split("\n")[:-1]
    rows = [re.split(r"[ \t]+", line.strip()) for line in islice(lines, 500)]
    rows = [row for row in rows if row != [""] and row[0] != "-DOCSTART-"]
    widths = Counter(map(len, rows)).most_common(1)
    if not widths or not 1 < widths[0][0] <= MOST_COLUMNS:
        return False
    tags = [row[-1] for row in rows if len(row) == widths[0][0]]
    fitting = sum(bool(TAG.fullmatch(tag)) for tag in tags)
    return len(tags) > 1 and fitting > 0.9 * len(tags)


def is_parallel(files: Sequence[Path]) -> bool:
    """Say whether files come in pairs of one stem and two languages: train.en and train.de."""
    names = [file.name.removesuffix(".gz") for file in files]
    endings = {name.rpartition(".")[2] for name in names}
    stems = Counter(name.rpartition(".")[0] for name in names)
    languages = all(re.fullmatch(r"[a-z]{2,3}([_-]\w+)?", ending) for ending in endings)
    return len(endings) == 2 and languages and {*stems.values()} == {2} and "txt" not in endings
