"""What the labels of a sentence say, in words and plain numbers; files of that."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from ..data.info import DataInfo
from ..data.schemes import OUTSIDE, find_spans
from ..records import Record, Writer, write, write_csv, write_lines
from .objective import BROKEN

OF_ENTITY = ("type", "text", "start", "end", "start_char", "end_char")  # in CSV
OF_WORD = ("number", "word", "label")


def answer(outputs: Tensor, info: DataInfo) -> dict[str, Any]:
    """Return the labels of the words of a sentence, and its entities by the numbers of words.

    Entities are those of the strict mode: each begins with a B-.

    Args:
        outputs: Labels int64 [T], -1 where no word begins.
        info: What knows the names of the labels.
    """
    if (outputs == BROKEN).any():
        return {"error": "the outputs of the model are not finite"}
    labels = [info.output_names[k] for k in outputs[outputs >= 0].tolist()]
    if not info.targets["spans"]:
        return {"labels": labels}
    spans = find_spans(labels, "IOB2", strict=True)
    found = [{"type": span.kind, "start": span.start, "end": span.end} for span in spans]
    return {"labels": labels, "entities": found}


def complete(record: Record) -> Record:
    """Return a record with the text of its entities, and None for words that were cut off.

    Where the sentence is known as a text, an entity has its first character and the one after it.
    """
    if "labels" not in record:
        return record
    words = record["words"]
    record = record | {"labels": record["labels"] + [None] * (len(words) - len(record["labels"]))}
    if "entities" not in record:
        return record
    places = place_words(words, record["text"]) if "text" in record else []
    entities = []
    for entity in record["entities"]:
        start, end = entity["start"], entity["end"]
        found = {"type": entity["type"], "text": " ".join(words[start:end])}
        if places:
            first, after = places[start][0], places[end - 1][1]
            found["text"] = record["text"][first:after]
            entity = entity | {"start_char": first, "end_char": after}
        entities.append(found | {key: value for key, value in entity.items() if key != "type"})
    return record | {"entities": entities}


def place_words(words: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Return where each word begins and ends in the text, in which they stand in this order."""
    places, end = list[tuple[int, int]](), 0
    for word in words:
        start = text.index(word, end)
        end = start + len(word)
        places.append((start, end))
    return places


def write_rows(records: Sequence[Record], path: Path, info: DataInfo) -> None:
    """Write CSV with a row for each entity, or for each word where labels are plain.

    A sentence without any has one of its name alone.
    """
    rows = list[Record]()
    for record in records:
        named = {key: record[key] for key in ("input", "error") if key in record}
        columns = OF_ENTITY if info.targets["spans"] else OF_WORD
        found = record.get("entities", []) if info.targets["spans"] else list_words(record)
        empty = dict.fromkeys(columns, "")
        rows += [
            named | empty | {key: part[key] for key in columns if key in part} for part in found
        ]
        if not found:
            rows.append(named | empty)
    write_csv(rows, path, info)


def list_words(record: Record) -> list[Record]:
    """Return number, text and label of each word of a record."""
    pairs = zip(record.get("words", []), record.get("labels", []), strict=False)
    rows = (dict(zip(OF_WORD, (k, *pair), strict=True)) for k, pair in enumerate(pairs))
    return [*rows]


def write_conll(records: Sequence[Record], path: Path, info: DataInfo) -> None:
    """Write a line for each word, with its label after a tab, and a blank line between sentences.

    Words that were cut off are O, or _ where labels are plain.
    """
    nothing = OUTSIDE if info.targets["spans"] else "_"
    sentences = [
        "".join(f"{as_cell(x['word'])}\t{x['label'] or nothing}\n" for x in list_words(record))
        for record in records
    ]
    text = "\n".join(sentence for sentence in sentences if sentence)
    write(path, text.encode(errors="surrogateescape"))


def as_cell(word: str) -> str:
    """Return a word without tabs and ends of lines."""
    return " ".join(word.split()) or "_"


FORMATS: dict[str, Writer] = {".csv": write_rows, ".jsonl": write_lines, ".conll": write_conll}
