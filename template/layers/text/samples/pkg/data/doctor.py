"""What is wrong with texts and their targets, and how to mend it.

Training prints the quick part. Every text is looked at by

python -m pkg.data.check
"""

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from ..engine.data.splits import NAMES
from .encoding import Encoding
from .examples import encode, make_examples, train_tokenizers
from .findings import Finding, Report, Severity
from .judgements import judge_characters, judge_copies, judge_lost, judge_short, tokenizer_of
from .samples import Examples
from .settings import DataSettings
from .source import load_rows
from .splitting import split_samples
from .target_findings import describe_targets_of, judge_targets
from .tokenizer import Tokenizer

QUANTILES = {"shortest": 0.0, "median": 0.5, "longest of 95 in 100": 0.95, "longest": 1.0}


def quick(
    settings: DataSettings,
    examples: Examples,
    encoding: Encoding,
    tokenizers: dict[str, Tokenizer],
    splits: Sequence[Tensor],
) -> list[Finding]:
    """Return what a training should know and what takes no time to find."""
    place = settings.dataset_path
    found = [*judge_lost(examples, encoding, tokenizers, place)]
    return [*found, *judge_targets(examples, splits[0]), *judge_copies(examples, splits, place, 1)]


def examine(settings: DataSettings) -> Report:
    """Look at every text of the data set.

    Raises:
        UserError: the data are missing, or do not fit the settings.
    """
    place = settings.dataset_path
    examples = make_examples(load_rows(settings, None), settings, None)
    splits = split_samples(examples, settings, None, whole=False)
    tokenizers = train_tokenizers(examples, splits[0], settings)
    encoding = encode(examples, tokenizers, settings)
    most = int(settings.max_unreadable * (len(examples.names) + len(examples.broken)))
    severity: Severity = "error" if len(examples.broken) > most else "warning"
    found = [Finding("note", place, words) for words in examples.said]
    for where, reason in examples.broken:
        found.append(Finding(severity, where, reason, "mend it, or it is left out"))
    found += [*judge_lost(examples, encoding, tokenizers, place), *judge_characters(examples)]
    found += [*judge_short(examples, encoding, tokenizers), *judge_copies(examples, splits, place)]
    found += judge_targets(examples, splits[0])
    return Report(found, describe(examples, encoding, tokenizers, splits))


def describe(
    examples: Examples,
    encoding: Encoding,
    tokenizers: dict[str, Tokenizer],
    splits: Sequence[Tensor],
) -> dict[str, Any]:
    """Return the facts: sizes of the splits, columns, lengths, vocabulary and targets."""
    facts: dict[str, Any] = {"samples": len(examples.names)}
    facts |= {name: len(ids) for name, ids in zip(NAMES, splits, strict=True)}
    facts |= {"left out": len(examples.broken), **examples.file, "columns": examples.columns}
    for role, lengths in encoding.lengths.items():
        lost, tokenizer = encoding.measure(splits[0])[role], tokenizer_of(tokenizers, role)
        facts[f"tokens of a {role}"] = {"mean": float(lengths.double().mean())} | {
            name: int(lengths.double().quantile(q, interpolation="nearest"))
            for name, q in QUANTILES.items()
        }
        facts[f"{role}s of so many tokens"] = histogram(lengths)
        facts[f"{role}s in training"] = {"cut": lost.cut, "tokens lost by that": lost.tokens}
        facts[f"tokens that {role}s are made of"] = f"{tokenizer.count:,}, {tokenizer.kind}"
    return facts | describe_targets_of(examples)


def histogram(lengths: Tensor) -> dict[str, int]:
    """Return how many of N lengths lie between powers of two, up to the longest."""
    powers = lengths.clamp(min=1).double().log2().floor().long()
    counts = powers.bincount().tolist()
    names = ["up to 1", *(f"{2**power} to {2 ** (power + 1) - 1}" for power in range(1, 64))]
    return {name: count for name, count in zip(names, counts, strict=False) if count}
