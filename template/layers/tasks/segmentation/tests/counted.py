"""Masks of four pixels, so few that a hand counts their metrics."""

import torch

from pkg.masks import VOID

# Four images of 1 x 4 pixels and three classes: what is predicted, and what is true.
PREDICTED = torch.tensor([[[0, 0, 1, 1]], [[0, 1, 1, 0]], [[2, 2, 0, 1]], [[0, 0, 0, 0]]])
TARGETS = torch.tensor(
    [[[0, 0, 1, VOID]], [[0, 0, 1, 0]], [[2, 0, 0, 1]], [[VOID, VOID, 2, 0]]], dtype=torch.uint8
)
OUTPUTS = torch.nn.functional.one_hot(PREDICTED, 3).movedim(-1, 1).float()  # logits [4, 3, 1, 4]
# Of 13 pixels that count 10 are right. Class 0: 6 hits, 2 misses, 1 false; class 1: 3 hits, 1
# false; class 2: 1 hit, 1 miss, 1 false.
EXPECTED = {
    "loss": (1 + 2 + 3 + 4) / 13,
    "iou": (6 / 9 + 3 / 4 + 1 / 3) / 3,
    "dice": (12 / 15 + 6 / 7 + 2 / 4) / 3,
    "accuracy": 10 / 13,
}
HIGHER_IS_BETTER = {"loss": False, "iou": True, "dice": True, "accuracy": True}
