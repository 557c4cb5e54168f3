"""What is learnt once of the texts, from those that train: their tokenizer, and how they divide.

It is kept in every checkpoint. Beside splits.csv stand schema.json, without the tokenizer, and that
as a file of its own.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..engine.files import write_text
from .tokenizer import Tokenizer

TOKENIZER = "tokenizer.json"


@dataclass(frozen=True)
class Schema:
    """Plain values alone."""

    dataset_path: str  # data.dataset_path of the training
    file: dict[str, str]  # format and encoding
    tokenizer: dict[str, Any]  # of `Tokenizer.to_dict`
    divided: str  # how texts came into splits, in words
    bytes_per_token: float  # in the texts that train
    train_hash: str  # of the texts that train: they are never evaluated

    def make_tokenizer(self) -> Tokenizer:
        """Return the tokenizer."""
        return Tokenizer.from_dict(self.tokenizer)

    def differences(self, file: dict[str, str]) -> list[str]:
        """Say in words what other files have otherwise."""
        return [
            f"{name} {file[name]!r}, in training {value!r}"
            for name, value in self.file.items()
            if file.get(name, value) != value
        ]

    def write(self, path: Path) -> None:
        """Write it as JSON, and the tokenizer beside it, as the library `tokenizers` reads it."""
        values = asdict(self)
        write_text(path.with_name(TOKENIZER), values["tokenizer"]["json"])
        values["tokenizer"] = {**values["tokenizer"], "json": TOKENIZER}
        write_text(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def hash_names(names: Sequence[str]) -> str:
    """Return one hash of texts by their names, in whatever order they come."""
    return sha256("\n".join(sorted(names)).encode()).hexdigest()[:32]
