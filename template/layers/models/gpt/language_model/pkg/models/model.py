"""A language model: what each token of a text says of the next one.

Shapes: B texts, T tokens of a text, D width of a token, V tokens of the vocabulary.
"""

from collections.abc import Sequence
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from .decoding import Decoding
from .generation import continue_texts, search_beams
from .gpt import Backbone


class LanguageModel(nn.Module):
    """A decoder whose embedding of the tokens is also what its features are compared with.

    So all weights are in the backbone, and none are in the head.
    """

    def __init__(self, vocabulary: int, max_length: int, **settings: Any) -> None:
        super().__init__()
        self.backbone = Backbone(vocabulary, max_length, **settings)
        self.head = nn.Identity()

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens [B, T], -1 beyond the end of a text, to logits [B, T, V] of the next ones."""
        features = self.head(self.backbone(tokens))  # [B, T, D]
        return F.linear(features, self.backbone.embedding.weight)

    def generate(self, tokens: Tensor, decoding: Decoding, ids: Tensor) -> Tensor:
        """Continue texts.

        Args:
            tokens: Of each text, int64 [B, T], -1 beyond its end; there is one at least.
            decoding: How the next token is chosen.
            ids: Numbers of the texts, int64 [B]: what is drawn for one depends on no other.

        Returns:
            The new tokens, int64 [B, N], -1 after the end of a text.
        """
        go_on = search_beams if decoding.num_beams > 1 else continue_texts
        return go_on(self, tokens, decoding, ids)

    def get_num_parameters(self) -> int:
        """Count the weights; those that are tied count once."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Train the embedding of the tokens alone, which serves as the head."""
        self.backbone.requires_grad_(False)
        self.backbone.embedding.requires_grad_(True)

    def unfreeze_backbone(self) -> None:
        """Train every weight."""
        self.backbone.requires_grad_(True)


def build_model(input_shape: Sequence[int], num_outputs: int, **settings: Any) -> LanguageModel:
    """Make the model.

    Args:
        input_shape: Tokens of the vocabulary, and the most of a text: [V, T].
        num_outputs: 1, the next token.
        settings: As in ModelSettings.
    """
    vocabulary, max_length = input_shape
    return LanguageModel(vocabulary, max_length, **settings)
