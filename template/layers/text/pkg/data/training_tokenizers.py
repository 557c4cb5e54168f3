"""Tokenizers that are made for the data, of texts that train alone.

All but `words` write every character there is: with bytes, where they have no token for it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from tokenizers import Tokenizer as Library
from tokenizers import decoders, models, pre_tokenizers, processors, trainers

from .tokenizer import KINDS, Tokenizer

START, END, UNKNOWN = "<start of text>", "<end of text>", "<unknown word>"  # no words: blanks
SPECIAL = [START, END]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())  # a letter for each byte
PENALTY = 0.03  # within which of the least score are the letters that no text has
DIGITS = 9  # of the scores: those beyond differ from training to training


def make_tokenizer(
    name: str,
    texts: Callable[[], Iterable[str]],
    vocabulary: int,
    setting: str = "data.tokenizer",
    start: bool = True,
    end: bool = True,
) -> Tokenizer:
    """Train a tokenizer where `name` is one of `KINDS`; otherwise load what is called that.

    Args:
        name: A kind, or the name or folder of a published tokenizer.
        texts: Returns those to train on.
        vocabulary: Most tokens of one that is trained.
        setting: Where the name comes from, for messages.
        start: Whether a token is to stand before each text, of one that is trained.
        end: Whether one is to stand after each text.

    Raises:
        UserError: there is no tokenizer of that name.
    """
    if name in KINDS:
        return train_tokenizer(texts(), name, vocabulary, start, end)
    from .published import load_published  # takes its time

    return load_published(name, setting)


def train_tokenizer(
    texts: Iterable[str], kind: str, vocabulary: int, start: bool = True, end: bool = True
) -> Tokenizer:
    """Return a tokenizer of a kind that has learnt from texts, always the same from the same.

    Args:
        texts: Those that train.
        kind: One of `KINDS`: "bpe" and "unigram" learn parts of words; "characters", "bytes"
            and "words", which are divided by blanks, count them.
        vocabulary: Most tokens, though all bytes have one, and special tokens.
        start: Whether `encode` puts a token before each text.
        end: Whether `encode` puts one after each text.
    """
    learn = {
        "bpe": learn_bpe,
        "unigram": learn_unigram,
        "characters": learn_characters,
        "bytes": learn_bytes,
        "words": learn_words,
    }
    library = learn[kind](texts, vocabulary)
    names = [*SPECIAL, *[UNKNOWN] * (kind == "words")]
    library.add_special_tokens(names)
    numbers = {name: library.token_to_id(name) for name in names}
    library.post_processor = processors.TemplateProcessing(
        single=[*[START] * start, "$A", *[END] * end], special_tokens=[*numbers.items()]
    )
    return Tokenizer(library, kind, numbers[START], numbers[END], numbers.get(UNKNOWN))


def learn_bpe(texts: Iterable[str], vocabulary: int) -> Library:
    """Merge the bytes that stand beside each other most often."""
    library = byte_level(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=2,
        initial_alphabet=ALPHABET,
        special_tokens=SPECIAL,
        show_progress=False,
    )
    library.train_from_iterator(texts, trainer)
    return library


def learn_unigram(texts: Iterable[str], vocabulary: int) -> Library:
    """Keep the pieces of words that make the texts most likely."""
    library = byte_level(models.Unigram())
    trainer = trainers.UnigramTrainer(
        vocab_size=max(vocabulary, len(SPECIAL) + len(ALPHABET)),
        initial_alphabet=ALPHABET,
        special_tokens=SPECIAL,
        show_progress=False,
    )
    library.train_from_iterator(texts, trainer)
    pieces = json.loads(library.to_str())["model"]["vocab"]
    scores = settled(pieces[len(SPECIAL) :])
    longer = sorted((x for x in scores if len(x) > 1), key=lambda x: (-scores[x], x))
    most = max(0, vocabulary - len(SPECIAL) - len(ALPHABET))
    names = [*ALPHABET, *sorted(longer[:most])]
    special = [(name, 0.0) for name in SPECIAL]
    return byte_level(models.Unigram([*special, *((x, scores[x]) for x in names)], None, False))


def settled(pieces: Sequence[tuple[str, float | None]]) -> dict[str, float]:
    """Return the scores of pieces without what threads decide by who comes first.

    That is the order of letters that no text has, each of which scores a little less than the one
    before, and the last digits of the scores.
    """
    known = [(piece, score or 0.0) for piece, score in pieces]  # without texts there is none
    least = min(score for _, score in known)
    return {
        piece: round(least if len(piece) == 1 and score < least + PENALTY else score, DIGITS)
        for piece, score in known
    }


def learn_characters(texts: Iterable[str], vocabulary: int) -> Library:
    """Number the characters, the most frequent first; bytes write the others."""
    counts = Counter[str]()
    for text in texts:
        counts.update(text)
    names = [*SPECIAL, *BYTES]
    names += most_frequent(counts, vocabulary - len(names))
    numbers = {name: number for number, name in enumerate(names)}
    library = Library(models.BPE(numbers, [], byte_fallback=True))
    library.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    return library


def learn_bytes(texts: Iterable[str], vocabulary: int) -> Library:
    """Number the bytes."""
    numbers = {name: number for number, name in enumerate([*SPECIAL, *ALPHABET])}
    return byte_level(models.BPE(numbers, []), divided=False)


def learn_words(texts: Iterable[str], vocabulary: int) -> Library:
    """Number the words, which blanks divide, the most frequent first."""
    counts = Counter[str]()
    for text in texts:
        counts.update(text.split())
    names = [*SPECIAL, UNKNOWN]
    names += most_frequent(counts, vocabulary - len(names))
    numbers = {name: number for number, name in enumerate(names)}
    library = Library(models.WordLevel(numbers, UNKNOWN))
    library.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return library


def byte_level(model: models.Model, divided: bool = True) -> Library:
    """Return a tokenizer that writes texts in bytes, which it divides into words or not."""
    library = Library(model)
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=divided)
    library.decoder = decoders.ByteLevel()
    return library


def most_frequent(counts: Counter[str], most: int) -> list[str]:
    """Return at most so many texts, the most frequent first; those that are as frequent by name."""
    return sorted(counts, key=lambda text: (-counts[text], text))[: max(0, most)]
