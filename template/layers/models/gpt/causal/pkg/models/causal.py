"""Decoders of transformers: which there are, and which tokens see which in them.

Shapes: T tokens of a text.
"""

from typing import Any

from torch import Tensor
from transformers import GPT2Config
from transformers.models.auto import modeling_auto

from ..engine.errors import UserError

PUBLISHED: dict[str, tuple[str, dict[str, Any]]] = {
    "gpt2": ("gpt2", {}),
    "distilgpt2": ("gpt2", {"n_layer": 6}),
    "gpt2-medium": ("gpt2", {"n_embd": 1024, "n_layer": 24, "n_head": 16}),
}


def make_mask(config: Any, places: Tensor) -> Tensor | dict[str, Tensor]:
    """Return which tokens see which, bool [1, 1, T, T], ready made for a network.

    The library's own way looks at the values, for which a GPU waits. Some networks have layers in
    which a token sees its neighbours alone.

    Args:
        config: Of the network.
        places: Of the tokens, int64 [1, T].
    """
    distance = places.T - places  # [T, T]
    causal: Tensor = (distance >= 0)[None, None]
    window = getattr(config, "sliding_window", None)
    if window is None:
        return causal
    near: Tensor = causal & (distance < window)
    if "sliding_attention" in (getattr(config, "layer_types", None) or ()):
        return {"full_attention": causal, "sliding_attention": near}
    return near


def configure(longest: int, width: int, num_layers: int, activation: str) -> GPT2Config:
    """Return a small GPT-2; its vocabulary is yet to be set."""
    return GPT2Config(
        n_embd=width,
        n_layer=num_layers,
        n_head=width // (32 if width % 64 else 64),
        n_positions=longest,
        activation_function=activation,
    )


def check(config: Any, name: str, longest: int) -> Any:
    """Return the configuration of a decoder that takes texts of `longest` tokens.

    Raises:
        UserError: it is of no decoder, or of one for shorter texts.
    """
    kind = type(config)
    decodes = kind in modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING
    if not decodes or kind in modeling_auto.MODEL_FOR_MASKED_LM_MAPPING:
        problem = f"{name} is {config.model_type}, which is no decoder"
        raise UserError(f"model.backbone: {problem}: name one such as {next(iter(PUBLISHED))}")
    most = getattr(config, "max_position_embeddings", longest)
    if longest > most:
        problem = f"{name} takes {most} tokens at most, not {longest}"
        raise UserError(f"data.max_length: {problem}")
    return config
