"""Texts with a target each: what rows of any source become.

N samples, T tokens, K outputs.
"""

from collections.abc import Sequence

from torch import Tensor

from ..batch import Columns
from ..engine.errors import UserError
from ..task.targets import encode_targets
from .encoding import Encoding
from .found import Found, hash_rows
from .reading import find_targets, find_text, why_no_target, why_no_text
from .samples import Examples
from .schema import Schema
from .settings import DataSettings
from .strings import encode_texts
from .tokenizer import Tokenizer
from .training_tokenizers import make_tokenizer


def make_examples(found: Found, settings: DataSettings, schema: Schema | None) -> Examples:
    """Return the texts and targets of the rows that have both.

    Raises:
        UserError: the columns do not say which hold the texts and the targets, no row is whole,
            or a target is none.
    """
    said = [*found.said]
    text = find_text(found, settings, schema, said)
    targets = find_targets(found, text, settings, schema, said)
    reasons = [why_broken(found, i, text, targets) for i in range(len(found.places))]
    broken = [(found.places[i], reason) for i, reason in enumerate(reasons) if reason]
    rows = found.keep([i for i, reason in enumerate(reasons) if not reason])
    broken = [*found.broken, *broken]
    if not rows.places:
        why = f", the first: {': '.join(broken[0])}" if broken else ""
        raise UserError(f"data.dataset_path: {settings.dataset_path} has no whole row{why}")
    texts = [str(cell) for cell in rows.columns[text]]
    cells = {name: rows.columns[name] for name in targets}
    encoded, names = encode_targets(settings, cells, rows.places)
    return Examples(
        names=hash_rows(texts),
        places=rows.places,
        given=rows.given,
        inputs={"text": texts},
        targets=encoded,
        output_names=names,
        columns={"text": text, "targets": targets},
        strata=None if encoded.is_floating_point() else encoded,
        broken=broken,
        said=said,
        file=found.file,
        header=[*found.columns],
    )


def why_broken(found: Found, row: int, text: str, targets: Sequence[str]) -> str:
    """Say why a row cannot be used; "" if it can."""
    reasons = [why_no_text(found.columns[text][row], text)]
    reasons += [why_no_target(found.columns[name][row], name) for name in targets]
    return next(filter(None, reasons), "")


def train_tokenizers(
    examples: Examples, train: Tensor, settings: DataSettings
) -> dict[str, Tokenizer]:
    """Return the tokenizer, which learns from the texts of the samples `train` [N] alone."""
    texts, numbers = examples.inputs["text"], train.tolist()
    name, size = settings.tokenizer, settings.vocab_size
    return {"text": make_tokenizer(name, lambda: (texts[i] for i in numbers), size)}


def encode(
    examples: Examples, tokenizers: dict[str, Tokenizer], settings: DataSettings
) -> Encoding:
    """Return the samples as tokens and targets."""
    texts, longest = examples.inputs["text"], settings.max_length
    rows, lengths, unknown = encode_texts(texts, tokenizers["text"], longest)
    columns = Columns(rows, examples.targets)
    return Encoding(columns, {"text": lengths}, {"text": unknown}, {"text": longest})


def input_shape(tokenizers: dict[str, Tokenizer], settings: DataSettings) -> list[int]:
    """Return the size of the vocabulary, and the most tokens of a text."""
    return [tokenizers["text"].size, settings.max_length]


def chances(examples: Examples, train: Tensor, settings: DataSettings) -> Tensor | None:
    """Return chances of the samples `train` [N] to be drawn, with replacement; None: each once."""
    #: if objective == "single_label"
    if settings.weighted_sampling:
        classes = examples.targets[train]
        weights: Tensor = 1 / classes.bincount()[classes]
        return weights
    #: endif
    return None
