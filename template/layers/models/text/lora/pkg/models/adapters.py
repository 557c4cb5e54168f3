"""Low-rank adapters (LoRA, Hu et al., 2021): small updates are trained in the place of weights."""

from peft import LoraConfig, inject_adapter_in_model
from torch import nn
from transformers.pytorch_utils import Conv1D


def add_adapters(network: nn.Module, rank: int) -> None:
    """Freeze a network; beside each of its matrices put the product of two that are trained.

    Args:
        network: Changed in place; embeddings get none.
        rank: Rank of each product. It is scaled by 2, which lets the usual learning rates serve.
    """
    matrices = [
        name for name, part in network.named_modules() if isinstance(part, nn.Linear | Conv1D)
    ]
    transposed = any(isinstance(part, Conv1D) for part in network.modules())
    network.requires_grad_(False)
    options = LoraConfig(
        r=rank,
        lora_alpha=2 * rank,
        target_modules=matrices,
        fan_in_fan_out=transposed,
    )
    inject_adapter_in_model(options, network)
