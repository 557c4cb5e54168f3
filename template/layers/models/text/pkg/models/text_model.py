"""A backbone that reads tokens, and a linear head on what it makes of them.

Shapes: B texts of T tokens, D features, K outputs. A token of -1 is beyond the end of its text.
"""

from typing import Any, Self

from torch import Tensor, nn

from .pooling import pool


class TextModel(nn.Module):
    """Called with tokens alone; the backbone with tokens that all exist, and where they do.

    What of the backbone is trained is what has `requires_grad` when the model is made.
    """

    def __init__(self, backbone: nn.Module, width: int, num_outputs: int, dropout: float) -> None:
        """Take a backbone (tokens [B, T], there [B, T]) -> states [B, T, D], and D."""
        super().__init__()
        self.backbone = backbone
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, num_outputs))
        self.trained = [name for name, x in backbone.named_parameters() if x.requires_grad]

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens, int64 [B, T], to outputs [B, K], or [B, T, K] where each word has one."""
        there = tokens >= 0
        states = self.backbone(tokens.clamp(min=0), there)  # [B, T, D]
        outputs: Tensor = self.head(pool(states, there))
        return outputs

    def get_num_parameters(self) -> int:
        """Count the weights."""
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        """Train the head alone, on features that stay as they are."""
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        """Train every weight that was to be trained at first."""
        weights: dict[str, Any] = dict(self.backbone.named_parameters())
        for name in self.trained:
            weights[name].requires_grad_(True)

    def train(self, mode: bool = True) -> Self:
        """Set the mode; a frozen backbone drops nothing out."""
        super().train(mode)
        if not any(weight.requires_grad for weight in self.backbone.parameters()):
            self.backbone.eval()
        return self
