"""Words as tokens, of which each knows its word."""

from collections.abc import Sequence

from .tokenizer import KINDS, Tokenizer

TOGETHER = 1_000  # sentences that are encoded at once


def encode_words(
    tokenizer: Tokenizer, sentences: Sequence[Sequence[str]]
) -> list[tuple[list[int], list[int]]]:
    """Return the tokens of each sentence, and the number of the word of each token.

    The number is -1 for special tokens. Every word has a token: one of characters that the
    tokenizer leaves out has that of an unknown word.
    """
    byte_level = "ByteLevel" in str(tokenizer.library.pre_tokenizer)
    trained = tokenizer.kind in KINDS and tokenizer.kind != "words"
    space = " " if trained or byte_level else ""  # as before any word of a text but the first
    stand_in = 0 if tokenizer.unknown is None else tokenizer.unknown
    done = list[tuple[list[int], list[int]]]()
    for first in range(0, len(sentences), TOGETHER):
        some = sentences[first : first + TOGETHER]
        words = [[space + word for word in sentence] for sentence in some]
        found = tokenizer.library.encode_batch(words, is_pretokenized=True)
        for sentence, encoding in zip(some, found, strict=True):
            numbers = [-1 if word is None else word for word in encoding.word_ids]
            done.append(complete(encoding.ids, numbers, len(sentence), stand_in))
    return done


def complete(
    ids: list[int], numbers: list[int], count: int, stand_in: int
) -> tuple[list[int], list[int]]:
    """Return tokens and the numbers of their words, with `stand_in` for each word without any.

    Args:
        ids: The tokens.
        numbers: Of their words; -1 for special tokens.
        count: Words that there are.
        stand_in: The token for those that have none.
    """
    missing = sorted({*range(count)} - {*numbers})
    for word in missing:
        before = [place for place, number in enumerate(numbers) if 0 <= number < word]
        start = next((place for place, number in enumerate(numbers) if number >= 0), None)
        at = before[-1] + 1 if before else start
        if at is None:  # special tokens alone
            at = 1 if len(ids) > 1 else 0
        ids, numbers = [*ids[:at], stand_in, *ids[at:]], [*numbers[:at], word, *numbers[at:]]
    return ids, numbers
