"""Pairs of texts, a source and its target: what rows of any source of data become.

N pairs. Several rows may have one source: each is a pair, and all their targets are right.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..batch import Columns
from ..engine.errors import UserError
from ..references import pack
from .encoding import Encoding, count_strange
from .found import Found, find_column, hash_rows, is_missing, require_column
from .ragged import Ragged
from .samples import Examples
from .schema import Schema
from .settings import DataSettings
from .strings import Encoded, encode_texts
from .tokenizer import Tokenizer
from .training_tokenizers import make_tokenizer
from .vocabulary import Vocabulary

SOURCES = ("source", "src", "input", "inputs", "question", "document", "article", "text", "word")
TARGETS: tuple[str, ...]
TARGETS = ("target", "tgt", "trg", "output", "outputs", "answer", "summary", "highlights")
TARGETS += ("translation", "phonemes", "pronunciation", "label", "response", "completion")


def make_examples(found: Found, settings: DataSettings, schema: Schema | None) -> Examples:
    """Return the pairs of the rows that have both texts; a list of targets makes several.

    Raises:
        UserError: nothing says which columns hold sources and targets, or no row is whole.
    """
    said = [*found.said]
    source, target = find_columns(found, settings, schema, said)
    kept, broken = find_pairs(found, source, target)
    if not kept:
        why = "".join(f", the first: {': '.join(each)}" for each in broken[:1])
        raise UserError(f"data.dataset_path: {settings.dataset_path} has no whole row{why}")
    if several := len(kept) - len({row for row, _, _ in kept}):
        said.append(f"{several:,} pairs more than rows: {target!r} has lists of targets")
    rows, texts, answers = map(list, zip(*kept, strict=True))
    return Examples(
        names=hash_rows(texts),
        places=[found.places[row] for row in rows],
        given=found.given and [found.given[row] for row in rows],
        inputs={"source": texts, "target": answers},
        targets=answers,
        output_names=[target],
        columns={"source": source, "target": target},
        broken=[*found.broken, *broken],
        said=said,
        file=found.file,
        header=[*found.columns],
    )


def find_pairs(
    found: Found, source: str, target: str
) -> tuple[list[tuple[int, str, str]], list[tuple[str, str]]]:
    """Return row, source and target of each pair; and the places of rows without, and why."""
    kept, broken = list[tuple[int, str, str]](), list[tuple[str, str]]()
    rows = zip(found.columns[source], found.columns[target], strict=True)
    for row, (text, answers) in enumerate(rows):
        answers = answers if isinstance(answers, list) and answers else [answers]
        reasons = [reason_against(text, source, "source")]
        reasons += [reason_against(answer, target, "target") for answer in answers]
        if any(reasons):
            broken.append((found.places[row], next(filter(None, reasons))))
        else:
            kept += [(row, str(text), str(answer)) for answer in answers]
    return kept, broken


def find_columns(
    found: Found, settings: DataSettings, schema: Schema | None, said: list[str]
) -> tuple[str, str]:
    """Return the columns of sources and targets: as set, as in training, or by their names.

    Of two columns whose names say nothing, such as languages, the first one is the source.

    Raises:
        UserError: one that is set is missing, or nothing tells which they are.
    """
    columns, before = [*found.columns], schema.columns if schema else {}
    names = {"source": settings.source_column, "target": settings.target_column}
    for role in names:
        names[role] = names[role] or before.get(role)
        if names[role]:
            require_column(columns, str(names[role]), f"data.{role}_column asks for")
    asked = all(names.values())
    for role, usual in {"source": SOURCES, "target": TARGETS}.items():
        names[role] = names[role] or find_column(columns, usual, [*filter(None, names.values())])
    rest = [name for name in columns if name not in names.values()]
    for role in names:
        if names[role] is None and len(rest) == sum(name is None for name in names.values()):
            names[role] = rest.pop(0)
    source, target = names["source"], names["target"]
    if source is None or target is None:
        missing = "source" if source is None else "target"
        raise UserError(
            f"data.{missing}_column: which column holds the {missing}s? {columns}: name it"
        )
    if not asked:
        unused = f"; {', '.join(map(repr, rest))} not used" if rest else ""
        both = "data.source_column, data.target_column"
        said.append(f"sources are in column {source!r}, targets in {target!r} ({both}){unused}")
    return source, target


def reason_against(cell: Any, column: str, role: str) -> str:
    """Return why a text cannot be used, or ""."""
    if is_missing(cell):
        return f"the {role} is empty, column {column!r}"
    if not isinstance(cell, str | int | float):
        return f"the {role} is no text but {type(cell).__name__}, column {column!r}"
    try:
        str(cell).encode()
    except UnicodeError:
        return f"the {role} holds half a character (a surrogate), column {column!r}"
    return ""


def train_tokenizers(
    examples: Examples, train: Tensor, settings: DataSettings
) -> dict[str, Tokenizer]:
    """Return the tokenizer of sources, and that of targets where they have their own.

    They learn from the pairs `train` [N] alone; one for both learns from both.

    Raises:
        UserError: there is no such tokenizer, or targets cannot end with it.
    """
    numbers, size = train.tolist(), settings.vocab_size
    sources, targets = (examples.inputs[role] for role in ("source", "target"))
    own = settings.target_tokenizer
    both = [sources] if own else [sources, targets]
    tokenizers = {
        "source": make_tokenizer(
            settings.tokenizer, lambda: (x[i] for x in both for i in numbers), size, start=False
        )
    }
    if own:
        learn = (lambda: (targets[i] for i in numbers), size, "data.target_tokenizer")
        tokenizers["target"] = make_tokenizer(own, *learn, start=False)
    Vocabulary(tokenizers)  # which refuses what cannot serve
    return tokenizers


def encode(
    examples: Examples, tokenizers: dict[str, Tokenizer], settings: DataSettings
) -> Encoding:
    """Return the pairs as tokens, with all texts that are right for the source of each."""
    texts, answers = (examples.inputs[role] for role in ("source", "target"))
    limits = {"source": settings.max_length, "target": settings.max_target_length}
    sources = encode_texts(texts, tokenizers["source"], limits["source"])
    targets = encode_targets(answers, Vocabulary(tokenizers), limits["target"])
    right: dict[str, dict[str, None]] = {}  # by the source, in the order of the rows
    for text, answer in zip(texts, answers, strict=True):
        right.setdefault(text, {})[answer] = None
    references = Ragged.of(pack([*right[text]]) for text in texts)
    both = {"source": sources, "target": targets}
    return Encoding(
        Columns(sources.rows, targets.rows, references),
        {role: each.lengths for role, each in both.items()},
        {role: each.unknown for role, each in both.items()},
        limits,
    )


def encode_targets(texts: Sequence[str], vocabulary: Vocabulary, longest: int) -> Encoded:
    """Return the tokens of each target, at most so many; one that is cut ends like the others."""
    rows, lengths, unknown = list[list[int]](), list[int](), list[int]()
    for ids in vocabulary.encode_targets(texts):
        lengths.append(len(ids))
        rows.append(ids if len(ids) <= longest else [*ids[: longest - 1], vocabulary.end])
        unknown.append(count_strange(vocabulary.targets, [i - vocabulary.offset for i in ids]))
    counts = (torch.tensor(x, dtype=torch.int64) for x in (lengths, unknown))
    return Encoded(Ragged.of(rows), *counts)


def input_shape(tokenizers: dict[str, Tokenizer], settings: DataSettings) -> list[int]:
    """Return the size of the vocabulary, and the most tokens of a text, source or target."""
    return [Vocabulary(tokenizers).size, max(settings.max_length, settings.max_target_length)]


def chances(examples: Examples, train: Tensor, settings: DataSettings) -> Tensor | None:
    """Return the chances of the pairs `train` [N] in training: None, since each comes once."""
    return None
