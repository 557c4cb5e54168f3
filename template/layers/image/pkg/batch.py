"""What travels from the loader through the objective to the metrics."""

from typing import NamedTuple

from torch import Tensor


class Batch(NamedTuple):
    """Samples on the device. B samples, K outputs; the first axis is always B."""

    inputs: Tensor  # [B, C, H, W] images, normalised; or [B, F] columns of a table
    targets: Tensor  # int64 [B] classes; float [B, K] shares, labels or targets
    ids: Tensor  # int64 [B] the number of each sample in the whole data set
