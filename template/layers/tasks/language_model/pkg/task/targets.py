"""Targets of a language model: the texts themselves."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.errors import UserError


def describe_targets(tokens: Tensor, size: int, names: Sequence[str]) -> dict[str, Any]:
    """Return what the task keeps of the tokens that train.

    Args:
        tokens: In a row, int32 [n]; all but the first are predicted.
        size: UTF-8 bytes that they stand for.
        names: Of the outputs: one.
    """
    return {"tokens": len(tokens) - 1, "bytes": size}


def check_batch(batch: Batch, num_outputs: int) -> None:
    """Look at some windows, before any training.

    Raises:
        UserError: they are not tokens, int64 [B, T + 1], or there is nothing to predict.
    """
    tokens = batch.tokens
    if tokens.dtype != torch.int64 or tokens.ndim != 2 or tokens.shape[1] < 2:
        found = f"{tokens.dtype} {list(tokens.shape)}"
        raise UserError(f"data.dataset_path: tokens are {found}, not int64 [B, T + 1]")
    if not (batch.labels >= 0).any() or tokens.min() < -1:
        raise UserError("data.dataset_path: there is no token to predict")
