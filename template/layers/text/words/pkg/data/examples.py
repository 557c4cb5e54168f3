"""Sentences with a label for each word: what rows of any source become.

N sentences, T tokens.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from ..batch import Columns
from ..engine.errors import UserError
from ..task.targets import encode_targets
from .encoding import Encoding, count_strange, count_tail, cut
from .found import Found, hash_rows
from .ragged import NONE, Ragged
from .reading import find_tags, find_words, why_no_tags, why_no_words
from .samples import Examples
from .schema import Schema
from .schemes import PLAIN, find_spans
from .settings import DataSettings
from .tokenizer import Tokenizer
from .training_tokenizers import make_tokenizer
from .word_places import WordPlaces
from .word_tokens import encode_words


def make_examples(found: Found, settings: DataSettings, schema: Schema | None) -> Examples:
    """Return the words and labels of the rows that have both.

    Raises:
        UserError: the columns do not say which hold the words and the labels, no row is whole,
            or a label is none.
    """
    said = [*found.said]
    words = find_words(found, settings, schema)
    tags = find_tags(found, words, settings, schema, said)
    pairs = zip(found.columns[words], found.columns[tags], strict=True)
    reasons = [why_no_words(a, words) or why_no_tags(b, tags, a) for a, b in pairs]
    broken = [(found.places[i], reason) for i, reason in enumerate(reasons) if reason]
    rows = found.keep([i for i, reason in enumerate(reasons) if not reason])
    broken = [*found.broken, *broken]
    if not rows.places:
        why = f", the first: {': '.join(broken[0])}" if broken else ""
        raise UserError(f"data.dataset_path: {settings.dataset_path} has no whole sentence{why}")
    sentences = [[str(word) for word in cell] for cell in rows.columns[words]]
    labels = [[str(label).strip() for label in cell] for cell in rows.columns[tags]]
    places = WordPlaces(rows.places, rows.columns.get("lines"))
    targets, names = encode_targets(settings, labels, places)
    said.append(
        f"the labels are plain: {', '.join(names[:5])}{', …' * (len(names) > 5)}"
        if targets.scheme == PLAIN
        else f"the labels are {targets.scheme}: they are learnt and predicted as IOB2"
    )
    return Examples(
        names=hash_rows(sentences),
        places=rows.places,
        given=rows.given,
        inputs={"sentence": sentences},
        targets=targets,
        output_names=names,
        columns={"sentence": words, "tags": tags},
        broken=broken,
        said=said,
        file=found.file,
        header=[name for name in found.columns if name != "lines"],
    )


def train_tokenizers(
    examples: Examples, train: Tensor, settings: DataSettings
) -> dict[str, Tokenizer]:
    """Return the tokenizer, which learns from the words of the sentences `train` [N] alone."""
    sentences, numbers = examples.inputs["sentence"], train.tolist()
    name, size = settings.tokenizer, settings.vocab_size
    texts = (" ".join(sentences[i]) for i in numbers)
    return {"sentence": make_tokenizer(name, lambda: texts, size)}


def encode(
    examples: Examples, tokenizers: dict[str, Tokenizer], settings: DataSettings
) -> Encoding:
    """Return the sentences as tokens; a label stands at the first token of its word."""
    tokenizer, longest = tokenizers["sentence"], settings.max_length
    found = encode_words(tokenizer, examples.inputs["sentence"])
    lengths = [len(ids) for ids, _ in found]
    unknown = [count_strange(tokenizer, ids) for ids, _ in found]
    tail = count_tail(tokenizer)
    kept = [(cut(ids, longest, tail), cut(words, longest, tail)) for ids, words in found]
    labels, ends = (column.tolist() for column in examples.targets.rows)
    triples = zip(kept, ends[:-1], ends[1:], strict=True)
    targets = [align(words, labels[start:end]) for (_, words), start, end in triples]
    return Encoding(
        columns=Columns(Ragged.of([ids for ids, _ in kept]), Ragged.of(targets)),
        lengths={"sentence": torch.tensor(lengths)},
        unknown={"sentence": torch.tensor(unknown)},
        limits={"sentence": longest},
        said=count_lost(examples, [words for _, words in kept], longest),
    )


def align(words: Sequence[int], labels: Sequence[int]) -> list[int]:
    """Return the label of each token: that of its word if it is the first of it, -1 otherwise.

    Args:
        words: The number of the word of each token; -1 for special tokens.
        labels: Of the words.
    """
    before = [NONE, *words]
    pairs = zip(before, words, strict=False)
    return [labels[word] if word not in (NONE, last) else NONE for last, word in pairs]


def count_lost(examples: Examples, words: Sequence[Sequence[int]], longest: int) -> tuple[str, ...]:
    """Say in words what sentences lose that are cut: words with labels, and entities.

    Args:
        examples: The sentences.
        words: The number of the word of each token that is left of each sentence.
        longest: Most tokens of a sentence.
    """
    targets = examples.targets
    cut_off = lost = entities = sentences = 0
    for i, numbers in enumerate(words):
        labels, left = targets.texts[i], max(numbers, default=NONE) + 1
        spans = [] if targets.scheme == PLAIN else find_spans(labels, targets.scheme)
        entities += len(spans)
        lost += sum(span.end > left for span in spans)
        cut_off += len(labels) - left
        sentences += left < len(labels)
    if not sentences:
        return ()
    problem = f"{sentences:,} sentences are cut at {longest} tokens (data.max_length)"
    problem += f": {cut_off:,} words lose their labels"
    return (f"{problem}, {lost:,} of {entities:,} entities are lost" if entities else problem,)


def input_shape(tokenizers: dict[str, Tokenizer], settings: DataSettings) -> list[int]:
    """Return the size of the vocabulary, and the most tokens of a sentence."""
    return [tokenizers["sentence"].size, settings.max_length]


def chances(examples: Examples, train: Tensor, settings: DataSettings) -> Tensor | None:
    """Return None: each sentence of `train` [N] is drawn once in an epoch."""
    return None
