"""What a prediction says: the text of the tokens that were generated."""

import pytest
import torch
from samples import make_info, make_tokenizer

from pkg.task.predictions import FORMATS, answer
from pkg.task.settings import OUTPUTS

INFO, TOKENIZER = make_info(["backwards"]), make_tokenizer()


@pytest.mark.parametrize("text", ["3 1", "", "Ünï 🙂"])
def test_the_text_ends_at_the_end_token(text: str) -> None:
    [ids] = TOKENIZER.encode([text])
    for more in ([], [-1, -1], TOKENIZER.encode(["9"])[0]):
        assert answer(torch.tensor([*ids, *more]), INFO) == {"prediction": text}
    assert answer(torch.tensor(ids[:-1]), INFO) == {"prediction": text}  # longer than it may be


def test_help_names_every_format() -> None:
    assert all(suffix in OUTPUTS for suffix in FORMATS)
