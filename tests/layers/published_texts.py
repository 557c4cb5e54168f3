"""Small networks of transformers, saved as published ones are, and tokens for them."""

from pathlib import Path
from typing import Any

import torch
import transformers
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

VOCABULARY, LONGEST = 250, 20
SIZES = {"vocab_size": VOCABULARY, "hidden_size": 32, "num_hidden_layers": 2}
HEADS = {"num_attention_heads": 2, "intermediate_size": 64}
IDS = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2}
ENCODERS: dict[str, dict[str, Any]] = {
    "bert": {**SIZES, **HEADS},
    "distilbert": {"vocab_size": VOCABULARY, "dim": 32, "n_layers": 2, "n_heads": 2},
    "roberta": {**SIZES, **HEADS, "max_position_embeddings": 22},
    "electra": {**SIZES, **HEADS, "embedding_size": 16},
    "modernbert": {  # a token sees its neighbours alone in most layers
        **SIZES,
        **HEADS,
        **IDS,
        "num_hidden_layers": 4,
        "local_attention": 4,
        "cls_token_id": 1,
        "sep_token_id": 2,
    },
    "deberta-v2": {  # with an attention of its own
        **SIZES,
        **HEADS,
        "relative_attention": True,
        "pos_att_type": ["p2c", "c2p"],
        "position_buckets": 8,
        "position_biased_input": False,
        "type_vocab_size": 0,
    },
}
DECODERS: dict[str, dict[str, Any]] = {
    "gpt2": {"vocab_size": VOCABULARY, "n_embd": 32, "n_layer": 2, "n_head": 2},
    "llama": {**SIZES, **HEADS},
    "mistral": {**SIZES, **HEADS, "num_key_value_heads": 2, "sliding_window": 3},
    "opt": {**SIZES, "num_attention_heads": 2, "ffn_dim": 64, "word_embed_proj_dim": 32},
    "bloom": {"vocab_size": VOCABULARY, "hidden_size": 32, "n_layer": 2, "n_head": 2},
}


def save(kind: str, folder: Path) -> Any:
    """Save a network of a kind, untrained; return it."""
    torch.manual_seed(0)
    config = transformers.AutoConfig.for_model(kind, **(ENCODERS | DECODERS)[kind])
    network = transformers.AutoModel.from_config(config)
    network.save_pretrained(folder)
    return network.eval()


def make_tokens() -> Tensor:
    """Return tokens of three texts, int64 [3, 17], the first of which is the longest."""
    tokens = torch.randint(3, VOCABULARY, (3, 17), generator=torch.Generator().manual_seed(1))
    tokens[1, 9:], tokens[2, 4:] = -1, -1
    return tokens


class NoReads(TorchDispatchMode):
    """Fails where a value is read off the device, for which a GPU would wait."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        assert func is not torch.ops.aten._local_scalar_dense.default, "a value is read"
        return func(*args, **kwargs or {})
