"""How float32 matrices are multiplied on a CUDA device, equal for all loops."""

import warnings

import torch


def allow_tf32() -> None:
    """Let cuBLAS and cuDNN use TF32.

    torch has two interfaces for it, and the old one raises where only the new one was set, as
    every library that asks for `allow_tf32` then does. Setting the old one sets both.
    """
    with warnings.catch_warnings():  # torch 2.9 and 2.10 say that these names will go
        warnings.simplefilter("ignore")
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
