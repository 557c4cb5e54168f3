"""What the head sees of a text: the mean over its tokens."""

from torch import Tensor


def pool(states: Tensor, there: Tensor) -> Tensor:
    """Return features [B, D] of the states [B, T, D] of tokens that are `there`, bool [B, T]."""
    counts = there.sum(1, keepdim=True).clamp(min=1)  # [B, 1]
    return (states * there[..., None]).sum(1) / counts
