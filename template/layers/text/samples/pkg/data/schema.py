"""What is learnt once of the texts, from those that train: their tokenizers, columns and lengths.

It is kept in every checkpoint. Beside splits.csv stand schema.json, without the tokenizers, and
those as files of their own.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from torch import Tensor

from ..engine.files import write_text
from .encoding import Encoding, Lost
from .samples import Examples
from .tokenizer import Tokenizer

SHOWN = 3  # columns that a message names
MORE = 0.05  # of the texts or tokens: how much more is lost than in training, before it is said
LONGER = 2.0  # times the mean length in training, from which texts are of another kind


@dataclass(frozen=True)
class Schema:
    """Plain values; a role is that of texts: "text", or "source" and "target"."""

    dataset_path: str  # data.dataset_path of the training
    file: dict[str, str]  # format, encoding, delimiter
    header: list[str]  # names of all columns of the files
    columns: dict[str, Any]  # names of those that are used, by what they are used for
    outputs: list[str]  # text of the classes, labels or targets
    tokenizers: dict[str, dict[str, Any]]  # of `Tokenizer.to_dict`, by role
    lost: dict[str, dict[str, float]]  # of `Lost`, of the texts that train, by role
    num_train: int  # samples that train
    train_hash: str  # of those samples: they are never evaluated

    @classmethod
    def learn(
        cls,
        place: str,
        examples: Examples,
        encoding: Encoding,
        tokenizers: dict[str, Tokenizer],
        train: Tensor,
    ) -> "Schema":
        """Take down what the samples `train` [N] of the data at `place` say."""
        return cls(
            dataset_path=place,
            file=examples.file,
            header=examples.header,
            columns=examples.columns,
            outputs=examples.output_names,
            tokenizers={role: each.to_dict() for role, each in tokenizers.items()},
            lost={role: lost._asdict() for role, lost in encoding.measure(train).items()},
            num_train=len(train),
            train_hash=hash_names([examples.names[i] for i in train.tolist()]),
        )

    def make_tokenizers(self) -> dict[str, Tokenizer]:
        """Return the tokenizers by the role of their texts."""
        return {role: Tokenizer.from_dict(values) for role, values in self.tokenizers.items()}

    def differences(
        self, file: dict[str, str], header: Sequence[str], columns: dict[str, Any] | None = None
    ) -> list[str]:
        """Say in words what other files have otherwise: their form, columns, and what is used."""
        said = [
            f"{name} {file[name]!r}, in training {value!r}"
            for name, value in self.file.items()
            if file.get(name, value) != value
        ]
        said += [
            f"{role} of column {name!r}, in training {self.columns[role]!r}"
            for role, name in (columns or {}).items()
            if name != self.columns[role]
        ]
        if more := [name for name in header if name not in self.header]:
            said.append(f"columns that training had not: {', '.join(map(repr, more[:SHOWN]))}")
        return said

    def surprises(self, encoding: Encoding) -> list[str]:
        """Say in words how other texts are unlike those that trained."""
        said = []
        for role, now in encoding.measure(slice(None)).items():
            usual = Lost(**self.lost[role])
            if not usual.length / LONGER <= now.length <= usual.length * LONGER:
                said.append(f"{role}s have {now.length:.0f} tokens, in training {usual.length:.0f}")
            if now.cut > usual.cut + MORE:
                said.append(f"{now.cut:.0%} of the {role}s are cut, in training {usual.cut:.0%}")
            if now.unknown > usual.unknown + MORE:
                both = (
                    f"{now.unknown:.0%} of the tokens of {role}s, in training {usual.unknown:.0%}"
                )
                said.append(f"the tokenizer does not know {both}")
        return said

    def write(self, path: Path) -> None:
        """Write it as JSON, and each tokenizer beside it, as the library `tokenizers` reads it."""
        values, short = asdict(self), {}
        for role, tokenizer in values["tokenizers"].items():
            name = "tokenizer.json" if len(self.tokenizers) == 1 else f"tokenizer_{role}.json"
            write_text(path.with_name(name), tokenizer["json"])
            short[role] = {**tokenizer, "json": name}
        text = json.dumps(values | {"tokenizers": short}, indent=2, ensure_ascii=False)
        write_text(path, text + "\n")


def hash_names(names: Sequence[str]) -> str:
    """Return one hash of samples by their names, in whatever order they come."""
    return sha256("\n".join(sorted(names)).encode()).hexdigest()[:32]


def warn(place: str, found: Sequence[str]) -> None:
    """Print what texts have otherwise than those of the training, in one line; not on stdout."""
    if found:
        print(f"warning: {place}: {'; '.join(found)}", file=sys.stderr)
