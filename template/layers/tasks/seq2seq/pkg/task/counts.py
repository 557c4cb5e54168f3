"""What is counted of each sample, and the metrics of sums over samples.

All counts are whole numbers that add up: over batches, over processes, over the draws of a
bootstrap. BLEU and chrF are counted by sacrebleu, and are its scores divided by 100.
"""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

import torch
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from torch import Tensor

from .edits import edit_distance

TOKENS = ("right_tokens", "tokens")  # of the target, each predicted from the true ones before it
TEXTS = ("texts", "equal", "word_edits", "words", "character_edits", "characters")
BLEU_COUNTS = 10  # of sacrebleu: two lengths, n-grams that are right and all, n = 1 to 4
CHRF_COUNTS = 18  # of sacrebleu: n-grams of the prediction, the reference and both, n = 1 to 6
NAMES = (
    *TOKENS,
    *TEXTS,
    *(f"bleu_{i}" for i in range(BLEU_COUNTS)),
    *(f"chrf_{i}" for i in range(CHRF_COUNTS)),
)
SACREBLEU = {"bleu": BLEU(force=True), "chrf": CHRF()}


def count_texts(predicted: Sequence[str], references: Sequence[Sequence[str]]) -> Tensor:
    """Return what is counted of texts, int64 [B, S]: the columns of NAMES after TOKENS.

    Args:
        predicted: B texts.
        references: For each of them one right text or several, of which the best one counts.
    """
    pairs = zip(predicted, references, strict=True)
    own = [count_edits(text, wanted) for text, wanted in pairs]
    streams = [*zip_longest(*references)]  # None where a text has fewer references
    others = [
        metric._extract_corpus_statistics(predicted, streams) for metric in SACREBLEU.values()
    ]
    rows = [[*a, *b, *c] for a, b, c in zip(own, *others, strict=True)]
    return torch.tensor(rows, dtype=torch.int64).reshape(len(rows), len(NAMES) - len(TOKENS))


def count_edits(text: str, references: Sequence[str]) -> list[int]:
    """Return the columns TEXTS of a text, whatever its blanks; the best reference counts."""
    found, wanted = text.split(), [reference.split() for reference in references]
    line, lines = " ".join(found), [" ".join(words) for words in wanted]
    return [1, int(line in lines), *best_edits(found, wanted), *best_edits(line, lines)]


def best_edits(found: Sequence[Any], references: Sequence[Sequence[Any]]) -> tuple[int, int]:
    """Return edits and length for the reference with the lowest error rate."""
    pairs = [(edit_distance(found, wanted), len(wanted)) for wanted in references]
    return min(pairs, key=lambda pair: pair[0] / max(pair[1], 1))


def metrics_of(sums: Sequence[int]) -> dict[str, float]:
    """Return the metrics of sums over samples, int [S]; only those that were counted.

    The parts of a text are error rates, which exceed 1 where far too much is predicted.
    """
    counts = dict(zip(NAMES, sums, strict=True))
    found = {}
    if counts["tokens"]:
        found["accuracy"] = counts["right_tokens"] / counts["tokens"]
    if counts["texts"]:
        rest = list(sums[len(TOKENS) + len(TEXTS) :])
        found["exact_match"] = counts["equal"] / counts["texts"]
        found["bleu"] = score("bleu", rest[:BLEU_COUNTS])
        found["chrf"] = score("chrf", rest[BLEU_COUNTS:])
        for name in ("word", "character"):
            found[f"{name}_error_rate"] = counts[f"{name}_edits"] / max(counts[f"{name}s"], 1)
    return found


def score(name: str, sums: Sequence[int]) -> float:
    """Return a score of sacrebleu as a fraction, of its counts added up."""
    return float(SACREBLEU[name]._aggregate_and_compute([[*sums]]).score) / 100


def signature(name: str) -> str:
    """Return the signature that sacrebleu gives a metric, with its number of references open."""
    make: Callable[..., Any] = type(SACREBLEU[name])._SIGNATURE_TYPE
    return f"{name}|{make(vars(SACREBLEU[name]) | {'num_refs': -1})}|scale:1"
