"""Texts that go on, token by token: each is looked at once, and kept in a cache.

Shapes: B texts, T tokens of a text, N new ones at most, K beams, V tokens of the vocabulary.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from .decoding import Decoding, choose
from .gpt import Cache


class Reader:
    """Texts of any lengths, which grow; what the model says of the next token of each.

    A text that no longer fits into the model goes on from its last half.
    """

    def __init__(self, model: Any, tokens: Tensor, room: int) -> None:
        """Read texts [B, T], -1 beyond the end of each, which may grow by `room` tokens."""
        self.model, self.limit = model, model.backbone.max_length
        self.tokens = F.pad(tokens, (0, room), value=-1)  # [B, T + N]
        self.ends = (tokens >= 0).sum(1)  # [B]
        self.starts = (self.ends - self.limit).clamp(min=0)  # [B] of what the model sees
        self.read()

    def read(self) -> None:
        """Look at everything that the model is to see, from the start."""
        longest = int((self.ends - self.starts).max())
        at = torch.arange(longest, device=self.tokens.device).expand(len(self.tokens), -1)
        seen = (self.starts[:, None] + at).clamp(max=self.tokens.shape[1] - 1)
        self.caches = make_caches(self.model.backbone, len(self.tokens))
        self.look(self.tokens.gather(1, seen), at)

    def look(self, tokens: Tensor, positions: Tensor) -> None:
        """Look at tokens [B, T] at positions [B, T]; keep what the last of each text says."""
        features = self.model.backbone(tokens, positions, self.caches)  # [B, T, D]
        last = (self.ends - self.starts - 1)[:, None] - positions[:, :1]  # [B, 1] among these
        features = features.gather(1, last[..., None].expand(-1, -1, features.shape[-1]))
        logits = F.linear(self.model.head(features), self.model.backbone.embedding.weight)
        self.logits = logits[:, 0].float()  # [B, V]

    def append(self, tokens: Tensor) -> None:
        """Let each text go on with a token [B]; one of -1 does not."""
        there = tokens >= 0
        at = torch.where(there, self.ends, self.ends - 1)[:, None]
        tokens = torch.where(there[:, None], tokens[:, None], self.tokens.gather(1, at))  # [B, 1]
        self.tokens.scatter_(1, at, tokens)
        self.ends = self.ends + there
        full = self.ends - self.starts > self.limit
        if full.any():
            self.starts = torch.where(full, self.ends - max(1, self.limit // 2), self.starts)
            self.read()
        else:
            self.look(tokens, at - self.starts[:, None])

    def take(self, rows: Tensor) -> None:
        """Go on with the texts of these rows, int64 [B], which may repeat."""
        self.tokens, self.logits = self.tokens[rows], self.logits[rows]
        self.ends, self.starts = self.ends[rows], self.starts[rows]
        self.caches = [Cache(cache.keys[rows], cache.values[rows]) for cache in self.caches]


def make_caches(backbone: Any, batch_size: int) -> list[Cache]:
    """Return an empty cache for each block, of texts of at most the length that it can hold."""
    weight, heads = backbone.embedding.weight, backbone.num_heads
    shape = (batch_size, heads, backbone.max_length, weight.shape[1] // heads)
    return [Cache(weight.new_zeros(shape), weight.new_zeros(shape)) for _ in backbone.blocks]


@torch.inference_mode()
def continue_texts(model: Any, tokens: Tensor, decoding: Decoding, ids: Tensor) -> Tensor:
    """Return the new tokens of texts [B, T]: int64 [B, N], -1 after the end of a text."""
    reader = Reader(model, tokens, decoding.max_new_tokens)
    new, done = list[Tensor](), torch.zeros_like(ids, dtype=torch.bool)
    while len(new) < decoding.max_new_tokens:
        chosen = choose(reader.logits, decoding, len(new), ids).masked_fill(done, -1)
        new.append(chosen)
        done = done | (chosen == decoding.end) if decoding.end is not None else done
        if done.all() or len(new) == decoding.max_new_tokens:
            break
        reader.append(chosen)
    return torch.stack(new, 1)


@torch.inference_mode()
def search_beams(model: Any, tokens: Tensor, decoding: Decoding, ids: Tensor) -> Tensor:
    """Return the new tokens of texts [B, T] that are most probable: int64 [B, N].

    Of K beams of a text those stay whose tokens have the largest mean log-probability. A beam
    that has ended stays as it is, as long as it is among them.
    """
    count, device = decoding.num_beams, tokens.device
    reader = Reader(model, tokens, decoding.max_new_tokens)
    first = torch.arange(len(tokens), device=device)[:, None] * count  # [B, 1] rows of the texts
    reader.take(torch.arange(len(tokens), device=device).repeat_interleave(count))
    sums = torch.full((len(tokens), count), -torch.inf, device=device)  # [B, K]
    sums[:, 0] = 0.0  # all begin alike: one of them does
    done = torch.zeros_like(sums, dtype=torch.bool)
    new = torch.full((len(tokens), count, 0), -1, device=device)  # [B, K, N]
    for step in range(decoding.max_new_tokens):
        options = reader.logits.log_softmax(-1).unflatten(0, (-1, count))  # [B, K, V]
        options = options.masked_fill(done[..., None], -torch.inf)
        options[..., 0] = torch.where(done, 0.0, options[..., 0])  # which says: nothing more
        totals = sums[..., None] + options
        lengths = (new >= 0).sum(2) + ~done  # [B, K]
        best = (totals / lengths[..., None]).flatten(1).topk(count).indices  # [B, K]
        beams, chosen = best // options.shape[2], best % options.shape[2]
        sums, done = totals.flatten(1).gather(1, best), done.gather(1, beams)
        chosen = chosen.masked_fill(done, -1)
        new = torch.cat([new.gather(1, beams[..., None].expand_as(new)), chosen[..., None]], 2)
        done = done | (chosen == decoding.end) if decoding.end is not None else done
        if done.all() or step == decoding.max_new_tokens - 1:
            break
        reader.take((first + beams).flatten())
        reader.append(chosen.flatten())
    best = (sums / (new >= 0).sum(2)).argmax(1)  # [B]
    return new[torch.arange(len(new), device=device), best]
