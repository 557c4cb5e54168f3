"""Labels of a few words, so few that a hand counts their metrics."""

import torch

NAMES = ["O", "B-LOC", "I-LOC", "B-PER", "I-PER"]
NONE = -1  # a token that does not begin a word, or beyond the end
# Four sentences: what is predicted, and what is true. In the first, both entities are right. In
# the second, a place is too short. In the third, a person is taken for a place, and an I- without
# a B- is nothing. In the fourth there is nothing, but a person is seen.
OUTPUTS = torch.tensor(
    [
        [NONE, 3, NONE, 4, 0, 1, NONE],
        [NONE, 1, 0, 0, 0, NONE, NONE],
        [NONE, 1, 0, NONE, 4, 0, NONE],
        [NONE, 3, 0, NONE, NONE, NONE, NONE],
    ]
)
TARGETS = torch.tensor(
    [
        [NONE, 3, NONE, 4, 0, 1, NONE],
        [NONE, 1, 2, 0, 0, NONE, NONE],
        [NONE, 3, 0, NONE, 0, 0, NONE],
        [NONE, 0, 0, NONE, NONE, NONE, NONE],
    ]
)
# Entities: 4 true, 5 predicted, 2 hits. Words: 14, of which 10 are right.
EXPECTED = {
    "loss": (1 + 2 + 3 + 4) / 14,
    "f1": 2 * 2 / (4 + 5),
    "precision": 2 / 5,
    "recall": 2 / 4,
    "accuracy": 10 / 14,
}
HIGHER_IS_BETTER = {"loss": False, "f1": True, "precision": True, "recall": True, "accuracy": True}
