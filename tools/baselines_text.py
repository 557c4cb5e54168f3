"""What trivial and classical methods reach on a project's own test split of texts.

`python -m tools.baselines_text SET PACKAGE` prints them as JSON, run in a project that has trained.
The splits are those of its `checkpoints/splits.csv`, the rows those that its own reader found.
"""

import csv
import importlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import sacrebleu
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from .kneser_ney import KneserNey, bits

MANIFEST = Path("checkpoints/splits.csv")  # written by the training: the same samples for all
ORDER = 5  # of Kneser-Ney: characters of a context and the one that follows
SMOOTHING = 0.1  # of naive Bayes
N_GRAMS = (1, 3)  # characters

Scores = dict[str, dict[str, float]]
Span = tuple[int, int, str]  # first word, word after the last, kind
Guess = Callable[[str], Sequence[str]]  # phonemes of a word


class Rows(NamedTuple):
    """Inputs and targets of a split."""

    inputs: list[Any]
    targets: list[Any]


def main() -> None:
    """Print the metrics of a set's baselines."""
    print(json.dumps(BASELINES[sys.argv[1]]()))


def load(module: str) -> Any:
    """Import a module of the project's package, which is called recipe if nothing is said."""
    return importlib.import_module(f"{(*sys.argv, 'recipe')[2]}.{module}")


def read_settings() -> Any:
    """Return the settings of the project's data."""
    Config, cli = load("config").Config, load("engine.cli")
    config, _ = cli.parse(cli.make_parser(Config, ""), Config, ["--config", "configs/config.yaml"])
    return config.data


def read_split(role: str, column: str) -> dict[str, Rows]:
    """Return the rows of each split as the project's reader found them.

    Args:
        role: Under which the project's examples keep the inputs.
        column: Of the targets, as the file has them.
    """
    settings = read_settings()
    found = load("data.source").load_rows(settings, None)
    examples = load("data.examples").make_examples(found, settings, None)
    with MANIFEST.open(newline="", encoding="utf-8") as file:
        splits = {row["name"]: row["split"] for row in csv.DictReader(file)}
    targets = dict(zip(found.places, found.columns[column], strict=True))
    rows = {name: Rows([], []) for name in ("train", "val", "test")}
    inputs = examples.inputs[role]
    for name, place, each in zip(examples.names, examples.places, inputs, strict=True):
        rows[splits[name]].inputs.append(each)
        rows[splits[name]].targets.append(targets[place])
    return rows


def languages() -> Scores:
    """The most frequent language; and naive Bayes on n-grams of characters."""
    rows = read_split("text", "label")
    train, test = rows["train"], rows["test"]
    usual = Counter(train.targets).most_common(1)[0][0]
    counter = CountVectorizer(analyzer="char_wb", ngram_range=N_GRAMS)
    model = MultinomialNB(alpha=SMOOTHING).fit(counter.fit_transform(train.inputs), train.targets)
    found = model.predict(counter.transform(test.inputs))
    return {
        "trivial": {"accuracy": test.targets.count(usual) / len(test.targets)},
        "classical": {"accuracy": float((found == test.targets).mean())},
    }


def entities() -> Scores:
    """No entity at all; and for each word the tag that it has most often."""
    rows = read_split("sentence", "tags")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for words, tags in zip(*rows["train"], strict=True):
        for word, tag in zip(words, tags, strict=True):
            counts[word][tag] += 1
    usual = {word: each.most_common(1)[0][0] for word, each in counts.items()}
    test = rows["test"]
    tagged = [[usual.get(word, "O") for word in words] for words in test.inputs]
    return {
        "trivial": {"f1": entity_f1([["O"] * len(words) for words in test.inputs], test.targets)},
        "classical": {"f1": entity_f1(tagged, test.targets)},
    }


def entity_f1(found: Sequence[Sequence[str]], true: Sequence[Sequence[str]]) -> float:
    """Return the F1 of whole entities in IOB2; a part that nothing begins is none."""
    both = total = 0
    for one, other in zip(found, true, strict=True):
        here, there = {*spans(one)}, {*spans(other)}
        both, total = both + len(here & there), total + len(here) + len(there)
    return 2 * both / total if total else 0.0


def spans(tags: Sequence[str]) -> Iterator[Span]:
    """Yield the entities of a sentence."""
    begin, kind = -1, ""
    for i, tag in enumerate([*tags, "O"]):
        if begin >= 0 and tag != f"I-{kind}":
            yield begin, i, kind
            begin = -1
        if tag.startswith("B-"):
            begin, kind = i, tag[2:]


def pronunciations() -> Scores:
    """For each letter its usual phoneme; and for each letter with both neighbours.

    Letters and phonemes are counted in words that have as many of the one as of the other.
    """
    rows = read_split("source", "target")
    letters: dict[str, Counter[str]] = defaultdict(Counter)
    contexts: dict[str, Counter[str]] = defaultdict(Counter)
    for word, target in zip(*rows["train"], strict=True):
        phonemes = target.split()
        if len(word) == len(phonemes):
            for letter, context, phoneme in zip(word, windows(word), phonemes, strict=True):
                letters[letter][phoneme] += 1
                contexts[context][phoneme] += 1
    usual = {each: counts.most_common(1)[0][0] for each, counts in letters.items()}
    nearer = {each: counts.most_common(1)[0][0] for each, counts in contexts.items()}

    def by_letter(word: str) -> list[str]:
        return [usual[letter] for letter in word if letter in usual]

    def by_context(word: str) -> list[str]:
        pairs = zip(word, windows(word), strict=True)
        known = (nearer.get(context, usual.get(letter, "")) for letter, context in pairs)
        return [phoneme for phoneme in known if phoneme]

    return {
        "trivial": {"word_error_rate": error_rate(by_letter, rows["test"])},
        "classical": {"word_error_rate": error_rate(by_context, rows["test"])},
    }


def windows(word: str) -> Iterator[str]:
    """Yield each letter of a word with the one before and the one after."""
    padded = f"^{word}$"
    yield from (padded[i : i + 3] for i in range(len(word)))


def error_rate(guess: Guess, rows: Rows) -> float:
    """Return the edits per phoneme, to whichever of a word's pronunciations is nearest."""
    right: dict[str, list[list[str]]] = defaultdict(list)
    for word, target in zip(*rows, strict=True):
        right[word].append(target.split())
    edits = length = 0
    for word in rows.inputs:
        found = guess(word)
        cost, size = min((distance(found, each), len(each)) for each in right[word])
        edits, length = edits + cost, length + size
    return edits / length


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many insertions, deletions and replacements lead from one to the other."""
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            cost = min(row[j] + 1, row[j - 1] + 1, before + (left != right))
            before, row[j] = row[j], cost
    return row[-1]


def hamlet() -> Scores:
    """How often each character occurs; and Kneser-Ney of order 5."""
    settings = read_settings()
    text = Path(settings.dataset_path).read_text(encoding="utf-8")
    train_part, val_part, _ = settings.train_val_test_split
    end, start = (line_end(text, part) for part in (train_part, train_part + val_part))
    train, test = text[:end], text[start:]
    size = len(test.encode())
    return {
        "trivial": {"bits_per_byte": bits(KneserNey(train, 1), test) / size},
        "classical": {"bits_per_byte": bits(KneserNey(train, ORDER), test) / size},
    }


def line_end(text: str, part: float) -> int:
    """Return where the line ends up to which the project takes a part of a text."""
    return text.find("\n", max(0, round(part * len(text)) - 1)) + 1


def translations() -> Scores:
    """The text itself; and the translation of the text that has most of its n-grams."""
    rows = read_split("source", "target")
    train, test = rows["train"], rows["test"]
    counter = CountVectorizer(analyzer="char_wb", ngram_range=(2, 4), binary=True)
    known = counter.fit_transform(train.inputs)
    alike = counter.transform(test.inputs) @ known.T  # [tests, trained], n-grams in common
    sizes = known.sum(1).A1 if hasattr(known.sum(1), "A1") else known.sum(1)
    nearest = [int((row.toarray()[0] / (sizes**0.5)).argmax()) for row in alike]
    found = {"trivial": test.inputs, "classical": [train.targets[i] for i in nearest]}
    return {
        name: {
            "bleu": sacrebleu.corpus_bleu(texts, [test.targets]).score / 100,
            "chrf": sacrebleu.corpus_chrf(texts, [test.targets]).score / 100,
        }
        for name, texts in found.items()
    }


BASELINES: dict[str, Callable[[], Scores]] = {
    "languages": languages,
    "entities": entities,
    "pronunciations": pronunciations,
    "hamlet": hamlet,
    "translations": translations,
}

if __name__ == "__main__":
    main()
