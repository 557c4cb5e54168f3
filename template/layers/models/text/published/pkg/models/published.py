"""Published networks for text: how they are built, and their weights, from the hub or a folder."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch
import transformers
from huggingface_hub import get_hf_file_metadata, hf_hub_url

from ..engine.errors import UserError

SECONDS = 5  # to wait for the hub's answer; the library tries for half a minute
NEAR = 1024  # tokens by which a network may have more than its own tokenizer
DROPOUTS = (  # as configurations of the library call them
    *("dropout", "hidden_dropout_prob", "hidden_dropout", "attention_probs_dropout_prob"),
    *("attention_dropout", "activation_dropout", "embedding_dropout", "mlp_dropout"),
    *("resid_pdrop", "embd_pdrop", "attn_pdrop", "dropout_rate"),
)
REPORTING = {"output_loading_info": True, "ignore_mismatched_sizes": True}
Config = Any  # a configuration of the library
T = TypeVar("T")

transformers.logging.set_verbosity_error()  # what does not fit is said here
transformers.logging.disable_progress_bar()


def find_config(name: str, known: Mapping[str, tuple[str, Mapping[str, Any]]]) -> Config:
    """Return how the published network `name` is built: as `known` here, or as the hub says.

    Args:
        name: At the hub, or a folder that save_pretrained wrote.
        known: Kind and values of some configurations by the name of the network.

    Raises:
        UserError: `model.backbone`: nobody knows it.
    """
    if name in known:
        kind, values = known[name]
        return transformers.AutoConfig.for_model(kind, **values)
    try:
        return local_first(partial(transformers.AutoConfig.from_pretrained, name), name)
    except Exception as error:  # each way to fail has its own
        near = f"known without the hub: {', '.join(known)}"
        raise UserError(f"model.backbone: no {name}: {first_line(error)}; {near}") from None


def refuse(backbone: str, **settings: Any) -> None:
    """Refuse settings that a published network brings along.

    Raises:
        UserError: one of them is not null.
    """
    for name, value in settings.items():
        if value is not None:
            raise UserError(f"model.{name}: {backbone} has its own, so say null")


def set_dropout(config: Config, dropout: float | None) -> None:
    """Set the probability of every dropout in a network, where it is not null."""
    for name in DROPOUTS:
        if dropout is not None and isinstance(getattr(config, name, None), float | int):
            setattr(config, name, dropout)


def build_network(
    auto: Any, config: Config, rows: int, name: str | None, pretrained: bool, folder: str | None
) -> Any:
    """Make a network with embeddings for a vocabulary of `rows` tokens.

    Args:
        auto: The class of the library that makes it: AutoModel, or of a kind with a head.
        config: As `find_config` returns it.
        rows: Size of the vocabulary, as it is padded.
        name: Of a published network.
        pretrained: Whether its weights are to be pretrained.
        folder: Where they lie; None: where `name` says.

    Raises:
        UserError: `model.pretrained` or `model.weights_path`: no weights, those of another
            network, or of other tokens.
    """
    config.use_cache = False  # which is for generation
    if not pretrained:
        config.vocab_size = rows
        if (config.pad_token_id or 0) >= rows:  # of another tokenizer
            config.pad_token_id = None
        return with_fast_attention(lambda **options: auto.from_config(config, **options))
    place = str(folder or name)
    spare = -(-config.vocab_size // 64) * 64 - rows
    if not 0 <= spare <= NEAR:
        problem = f"{place} knows {config.vocab_size} tokens, but the tokenizer has {rows}"
        raise UserError(f"model.pretrained: {problem}: name {name} in data.tokenizer")
    network = load_network(auto, config, place, "weights_path" if folder else "pretrained")
    network.resize_token_embeddings(rows, mean_resizing=False)
    return network


def load_network(auto: Any, config: Config, place: str, setting: str) -> Any:
    """Return a network with the weights of a folder or of the hub.

    Raises:
        UserError: `model.SETTING`: there are none, or those of another network.
    """

    def read(**where: Any) -> Any:
        options = {"config": config, "dtype": torch.float32, **REPORTING, **where}
        return with_fast_attention(lambda **more: auto.from_pretrained(place, **options, **more))

    try:
        if setting == "weights_path" and not Path(place).is_dir():
            raise FileNotFoundError(f"{Path(place).resolve()} is no folder")
        network, report = local_first(read, place)
    except Exception as error:  # each way to fail has its own
        hint = "name a folder that save_pretrained wrote in model.weights_path"
        hint += ", or set model.pretrained to false" if setting == "pretrained" else ""
        problem = f"no weights of {place}: {first_line(error)}; {hint}"
        raise UserError(f"model.{setting}: {problem}") from None
    missing = {*report["missing_keys"], *(key for key, *_ in report["mismatched_keys"])}
    if missing := {key for key in missing if "pooler" not in key}:
        problem = f"it lacks {len(missing)} weights of these shapes, as {min(missing)}"
        raise UserError(f"model.{setting}: {place} is of another model: {problem}")
    return network


def compute_twice(network: Any) -> None:
    """Let a network compute its layers again in the backward pass, to keep less in memory.

    Raises:
        UserError: `model.gradient_checkpointing`: it cannot.
    """
    try:
        network.activation_checkpointing_enable()
    except ValueError as error:
        raise UserError(f"model.gradient_checkpointing: {first_line(error)}") from None


def with_fast_attention(make: Callable[..., T]) -> T:
    """Return what `make` makes with the attention of torch, or as it can where that is not known.

    Raises:
        Exception: what the library raises.
    """
    try:
        return make(attn_implementation="sdpa")
    except ValueError as error:
        if "scaled_dot_product_attention" not in str(error):
            raise
        return make()


def local_first(read: Callable[..., T], name: str) -> T:
    """Call `read` for files that are on this machine, or else for those of the hub.

    Raises:
        Exception: there are none, or not the right ones; what the libraries raise.
    """
    try:
        return read(local_files_only=True)
    except OSError:
        if Path(name).is_dir():
            raise
    get_hf_file_metadata(hf_hub_url(name, "config.json"), timeout=SECONDS)
    return read()


def first_line(error: Exception) -> str:
    """Return the first line of what an error says, without its full stop."""
    return str(error).strip().split("\n")[0].rstrip(".") or type(error).__name__
