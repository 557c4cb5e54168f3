"""Tokenizers that others published: by name from the hub, or in a folder."""

from pathlib import Path
from typing import Any

import tokenizers
import transformers

from ..engine.errors import UserError
from .tokenizer import KINDS, Tokenizer


def load_published(name: str, setting: str = "data.tokenizer") -> Tokenizer:
    """Return the tokenizer of a checkpoint; what it needs is in the project's checkpoints later.

    Args:
        name: Of a repository of the hub, or of a folder with its files.
        setting: Where the name comes from, for messages.

    Raises:
        UserError: there is none, the hub is out of reach, or it has no form that is fast.
    """
    try:
        found: Any = transformers.AutoTokenizer.from_pretrained(name, trust_remote_code=False)
    except Exception as error:  # the hub's client passes on errors of other libraries
        place = f"no folder in {Path.cwd()}" if not Path(name).is_dir() else "a folder"
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        remedy = f"a kind that is trained is one of {', '.join(KINDS)}"
        problem = f"{setting}: {name!r} is {place}, and cannot be loaded as a tokenizer"
        raise UserError(f"{problem}: {reason}: {remedy}") from error
    library = getattr(found, "backend_tokenizer", None)
    if not isinstance(library, tokenizers.Tokenizer):
        problem = f"{setting}: {name!r} has a tokenizer that is not of the library `tokenizers`"
        raise UserError(f"{problem}: take another one")
    first = [found.bos_token_id, found.cls_token_id]
    last = [found.eos_token_id, found.sep_token_id, found.bos_token_id]
    start, end = (next((i for i in ids if i is not None), None) for ids in (first, last))
    return Tokenizer(library, "published", start, end, found.unk_token_id)
