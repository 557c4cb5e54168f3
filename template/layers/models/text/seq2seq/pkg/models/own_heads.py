"""Later versions of T5, whose last layer is a matrix of its own: the library shares it.

It does so whenever a vocabulary is resized, and a pretrained last layer is lost. Here it stays.
"""

from typing import Any

from torch import nn
from transformers import AutoModelForSeq2SeqLM

KINDS = ("mt5", "umt5")  # all of which have one


def has_own_head(config: Any) -> bool:
    """Say whether the last layer of the network of a configuration is a matrix of its own."""
    return config.model_type in KINDS or getattr(config, "scale_decoder_outputs", None) is False


class OwnHead:
    """Makes networks as AutoModelForSeq2SeqLM does, whose last layer shares nothing."""

    @staticmethod
    def from_config(config: Any, **options: Any) -> Any:
        """Return a network with fresh weights."""
        return part(AutoModelForSeq2SeqLM.from_config(config, **options))

    @staticmethod
    def from_pretrained(place: str, **options: Any) -> Any:
        """Return a network with the weights of a folder or of the hub, and what was read."""
        network, report = AutoModelForSeq2SeqLM.from_pretrained(place, **options)
        return part(network), report


def part(network: Any) -> Any:
    """Return a network whose last layer is a matrix of its own from now on."""
    head = network.get_output_embeddings()
    if head.weight is network.get_input_embeddings().weight:
        head.weight = nn.Parameter(head.weight.detach().clone())
    network.config.tie_word_embeddings = False
    return network
