"""Texts that go on, token by token, as transformers does it: with a cache, greedily or by beams.

Shapes: B texts, T tokens of a text, P tokens of the longest prompt, N new ones, V tokens of the
vocabulary.
"""

from typing import Any

import torch
from torch import Tensor
from transformers import GenerationConfig, LogitsProcessorList

from ..engine.errors import UserError
from .decoding import Decoding, with_draws


class Draws:
    """A LogitsProcessor: the largest logit becomes a draw, which belongs to a text and no batch."""

    def __init__(self, decoding: Decoding, ids: Tensor, before: int) -> None:
        """Draw for the texts of these numbers, int64 [B], with `before` tokens each."""
        self.decoding, self.ids, self.before = decoding, ids, before

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Return logits [B, V] of the token after [B, T]."""
        return with_draws(scores, self.decoding, input_ids.shape[1] - self.before, self.ids)


@torch.inference_mode()
def continue_texts(network: Any, tokens: Tensor, decoding: Decoding, ids: Tensor) -> Tensor:
    """Return the new tokens of texts [B, T]: int64 [B, N], -1 after the end of a text.

    Of a text for which there is no room the beginning is left out.

    Raises:
        UserError: `task.max_new_tokens`: there is no room for them alone.
    """
    limit = getattr(network.config, "max_position_embeddings", None) or 2**30
    if decoding.max_new_tokens >= limit:
        problem = f"{decoding.max_new_tokens} tokens, of which the model takes {limit} in all"
        raise UserError(f"task.max_new_tokens: {problem}, those of the text included")
    prompts, there = align_right(tokens, limit - decoding.max_new_tokens)
    before = prompts.shape[1]
    options = GenerationConfig(
        max_new_tokens=decoding.max_new_tokens,
        num_beams=decoding.num_beams,
        do_sample=False,
        eos_token_id=decoding.end,
        pad_token_id=0 if decoding.end is None else decoding.end,
        use_cache=True,
    )
    draws = [Draws(decoding, ids, before)]
    processors = draws if decoding.temperature > 0 and decoding.num_beams == 1 else []
    found: Tensor = network.generate(
        input_ids=prompts,
        attention_mask=there,
        generation_config=options,
        logits_processor=LogitsProcessorList(processors),
    )
    new = found[:, before:]  # [B, N]
    if decoding.end is None:
        return new
    ended = (new == decoding.end).cumsum(1) - (new == decoding.end).long()  # ends before a token
    return new.where(ended == 0, -1)


def align_right(tokens: Tensor, most: int) -> tuple[Tensor, Tensor]:
    """Return the last tokens of texts [B, T], at most so many, and where there are any: [B, P]."""
    lengths = (tokens >= 0).sum(1)
    longest = min(most, int(lengths.max()))
    at = lengths[:, None] - longest + torch.arange(longest, device=tokens.device)  # [B, P]
    there = at >= 0
    return tokens.gather(1, at.clamp(min=0)).where(there, 0), there.long()
