"""What the head sees of a text: its last token, which alone has seen all others."""

from torch import Tensor


def pool(states: Tensor, there: Tensor) -> Tensor:
    """Return features [B, D] of the states [B, T, D] of tokens that are `there`, bool [B, T]."""
    last = there.sum(1).clamp(min=1) - 1  # [B]
    return states.take_along_dim(last[:, None, None], 1)[:, 0]
