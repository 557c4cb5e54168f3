"""Columns of CoNLL: lines of words and what is known of them, sentences between blank lines."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

DOCUMENT = "-DOCSTART-"  # begins a document in CoNLL 2003, in a line of its own
COMMENT = re.compile(r"#\s*([\w.:-]+\s*=|newdoc|newpar)")  # as CoNLL-U writes them
NUMBER = re.compile(r"\d+")
SPAN = re.compile(r"\d+[-.]\d+")  # words that are written as one, or not at all: CoNLL-U
UNIVERSAL, PART_OF_SPEECH = 10, 3  # columns of CoNLL-U, and the one that is the label
LONG = 1_000  # words, from which on blank lines are likely to be missing


@dataclass
class Sentences:
    """The N sentences of a file, and what is wrong with others."""

    words: list[list[str]] = field(default_factory=list)  # N
    labels: list[list[str]] = field(default_factory=list)  # N, one for each word
    lines: list[list[int]] = field(default_factory=list)  # N, numbers of lines, one for each word
    broken: list[tuple[int, str]] = field(default_factory=list)  # lines
    said: list[str] = field(default_factory=list)
    layout: str = ""  # which of more than two columns are used, in words


def read_columns(text: str, labelled: bool = True) -> Sentences:
    """Return the sentences of a text; one line that is broken spoils its sentence.

    Args:
        text: Of a file.
        labelled: Whether one column of words is wrong; otherwise their labels are "".
    """
    lines = text.removeprefix("\ufeff").split("\n")
    tabs = sum("\t" in line for line in lines) * 2 > sum(bool(line.strip(" \t")) for line in lines)
    rows = [split_row(line, tabs) for line in lines]
    counts = Counter(len(row) for row in rows if row and row[0] != DOCUMENT)
    found = Sentences()
    if not labelled and counts and max(counts) == 1:
        rows, counts = [[*row, ""] if row else row for row in rows], Counter({2: 1})
    if not counts or max(counts) < 2:
        if counts:
            first = next(number for number, row in enumerate(rows, 1) if row)
            problem = "it has one column: each line needs a word and its label"
            found.broken.append((first, problem))
        return found
    width = max((w for w in counts if w > 1), key=lambda w: counts[w])
    content = [row for row in rows if len(row) == width and row[0] != DOCUMENT]
    word, label = choose_columns(content, width)
    if width > 2:
        found.layout = f"of {width} columns, {word + 1} is the word and {label + 1} its label"
    sentence = list[tuple[int, list[str]]]()
    for number, row in enumerate([*rows, []], 1):
        if not row or row[0] == DOCUMENT:
            finish(found, sentence, (width, word, label), labelled)
            sentence = []
        elif not is_comment(lines[number - 1], row, width) and not is_span(row, width):
            sentence.append((number, row))
    if found.words and (longest := max(map(len, found.words))) > LONG:
        place = found.lines[[*map(len, found.words)].index(longest)][0]
        said = f"the sentence of line {place} has {longest} words: are blank lines missing?"
        found.said.append(said)
    return found


def split_row(line: str, tabs: bool) -> list[str]:
    """Return the cells of a line; none of a blank one. Other blanks than these are words."""
    plain = line.strip(" \t")
    if not plain:
        return []
    if not tabs:
        return re.split(r"[ \t]+", plain)
    return [cell.strip(" ") for cell in line.rstrip(" \t").split("\t")]


def is_comment(line: str, row: Sequence[str], width: int) -> bool:
    """Say whether a line is a comment, and not a word that begins with #."""
    return line.startswith("#") and (len(row) != width or bool(COMMENT.match(line)))


def is_span(row: Sequence[str], width: int) -> bool:
    """Say whether a row is one of CoNLL-U that repeats the words after it, or none."""
    return width == UNIVERSAL and bool(SPAN.fullmatch(row[0]))


def choose_columns(rows: Sequence[Sequence[str]], width: int) -> tuple[int, int]:
    """Return the columns of the words and of their labels."""
    counting = [row[0] for row in rows if not SPAN.fullmatch(row[0])]
    counted = width > 2 and all(map(NUMBER.fullmatch, counting)) and "1" in counting
    word, label = int(counted), width - 1
    if counted and width == UNIVERSAL:
        label = PART_OF_SPEECH
    return word, label


def finish(
    found: Sentences,
    sentence: list[tuple[int, list[str]]],
    layout: tuple[int, int, int],
    labelled: bool,
) -> None:
    """Add a sentence, or what is wrong with it.

    Args:
        found: Takes it up.
        sentence: The number of each line, and its cells.
        layout: How many columns there are, that of the words and that of their labels.
        labelled: Whether each word needs a label.
    """
    _, word, label = layout
    for number, row in sentence:
        if problem := problem_of(row, layout, labelled):
            found.broken.append((number, f"{problem}: its sentence is left out"))
            return
    if sentence:
        found.words.append([row[word] for _, row in sentence])
        found.labels.append([row[label] for _, row in sentence])
        found.lines.append([number for number, _ in sentence])


def problem_of(row: Sequence[str], layout: tuple[int, int, int], labelled: bool) -> str:
    """Say what is wrong with a line; "" if nothing is."""
    width, word, label = layout
    if len(row) == 1:
        return f"{row[0]!r} has no label"
    if len(row) != width:
        return f"it has {len(row)} columns, but most lines have {width}"
    if not row[word]:
        return "the word is missing"
    return "" if row[label] or not labelled else f"{row[word]!r} has no label"
