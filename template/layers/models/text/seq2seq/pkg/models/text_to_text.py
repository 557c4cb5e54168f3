"""An encoder-decoder of transformers: sources in, targets or what is generated out.

Shapes, here and in the comments below:
    B  pairs in the batch         V  vocabulary
    S  tokens of a source         L  tokens that are generated
    T  tokens of a target
A token of -1 is beyond the end of its text.
"""

from typing import Any, Self

import torch
from torch import Tensor, nn
from transformers import GenerationConfig

from ..engine.errors import UserError


class TextToText(nn.Module):
    """A network that reads a source, and writes its target token by token.

    Its backbone is the encoder. Embeddings and the last layer are one matrix as a rule, which is
    the decoder's as well, and learns while the backbone is frozen.
    """

    def __init__(self, network: Any) -> None:
        """Take a network of the library, with the token that its decoder begins with."""
        super().__init__()
        self.network = network
        self.network.generation_config = GenerationConfig()  # a published one has habits
        self.frozen = False
        weights = dict(network.named_parameters(remove_duplicate=False))
        others = {id(weight) for name, weight in weights.items() if ".encoder." not in f".{name}"}
        self.encoder_names = [  # of what the encoder alone has, and what is trained
            name for name, x in weights.items() if x.requires_grad and id(x) not in others
        ]

    @property
    def backbone(self) -> nn.Module:
        """Return the encoder."""
        encoder: nn.Module = self.network.get_encoder()
        return encoder

    def forward(self, sources: Tensor, targets: Tensor | None = None) -> Tensor:
        """Map sources [B, S] and targets [B, T] to logits [B, T, V].

        Those of a token are made of the true ones before it. Without targets, T is 1.
        """
        first = torch.full_like(sources[:, :1], self.network.config.decoder_start_token_id)
        before = first  # each target
        if targets is not None:
            before = torch.cat([first, targets[:, :-1].clamp(min=0)], dim=1)  # [B, T]
        places = torch.arange(before.shape[1], device=before.device)
        logits: Tensor = self.network(
            input_ids=sources.clamp(min=0),
            attention_mask=self.mask((sources >= 0)[:, None, None]),  # [B, 1, 1, S]
            decoder_input_ids=before,
            decoder_attention_mask=self.mask((places[:, None] >= places)[None, None]),
            use_cache=False,
        ).logits
        return logits

    def mask(self, seen: Tensor) -> Tensor:
        """Return which tokens are seen by which, bool [.., 1, .., ..], as the network takes it.

        The library's own way looks at the values, for which a GPU waits.
        """
        if self.network.config._attn_implementation == "sdpa":
            return seen
        return torch.zeros_like(seen, dtype=torch.float32).masked_fill(~seen, -1e9)

    @torch.no_grad()
    def generate(
        self,
        sources: Tensor,
        max_new_tokens: int,
        end: int,
        *,
        num_beams: int = 1,
        length_penalty: float = 1.0,
        temperature: float = 0.0,
        top_k: int | None = None,
        use_cache: bool = True,
    ) -> Tensor:
        """Write a target for each source [B, S]: int64 [B, L], -1 beyond its end token.

        Args:
            sources: What to read.
            max_new_tokens: Most tokens of a target.
            end: The token that ends a target.
            num_beams: Targets that are followed at once; 1: the most probable token each time.
            length_penalty: Power of the length that the score of a beam is divided by.
            temperature: Of the distribution that tokens are drawn from; 0: none is drawn.
            top_k: Most probable tokens to draw from; None: all.
            use_cache: Whether keys and values are kept from token to token, which only saves time.

        Raises:
            UserError: `task.max_new_tokens` is more than the network has positions for.
        """
        most = getattr(self.network.config, "max_position_embeddings", max_new_tokens)
        if max_new_tokens > most:
            raise UserError(f"task.max_new_tokens: the model writes {most} tokens at most")
        found: Tensor = self.network.generate(
            sources.clamp(min=0),
            attention_mask=(sources >= 0).long(),
            generation_config=GenerationConfig(
                max_new_tokens=max_new_tokens,
                num_beams=num_beams,
                length_penalty=length_penalty,
                do_sample=temperature > 0,
                temperature=temperature or None,
                top_k=(top_k or 0) if temperature > 0 else None,
                decoder_start_token_id=self.network.config.decoder_start_token_id,
                eos_token_id=end,
                pad_token_id=end,
                use_cache=use_cache,
            ),
        )
        tokens = found[:, 1:]  # without the start
        ended = (tokens == end).cumsum(dim=1) - (tokens == end).long()  # [B, L] ends before each
        return tokens.masked_fill(ended > 0, -1)

    def get_num_parameters(self) -> int:
        """Count the weights."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Train the decoder alone, and what it shares with the encoder."""
        self.set_frozen(True)

    def unfreeze_backbone(self) -> None:
        """Train every weight that was to be trained at first."""
        self.set_frozen(False)

    def set_frozen(self, frozen: bool) -> None:
        """Say whether the encoder learns."""
        weights = dict(self.network.named_parameters(remove_duplicate=False))
        for name in self.encoder_names:
            weights[name].requires_grad_(not frozen)
        self.frozen = frozen
        self.train(self.training)

    def train(self, mode: bool = True) -> Self:
        """Set the mode; a frozen encoder drops nothing out."""
        super().train(mode)
        if self.frozen:
            self.backbone.eval()
        return self
