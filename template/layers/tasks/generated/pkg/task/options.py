"""Options of predict.py for texts that a model writes: they change settings of the task."""

from argparse import ArgumentParser, Namespace
from dataclasses import fields, replace

from ..config import Config
from .settings import TaskSettings

TYPES = {
    "max_new_tokens": int,
    "temperature": float,
    "top_k": int,
    "top_p": float,
    "num_beams": int,
    "length_penalty": float,
    "generation_seed": int,
}
NAMES = tuple(field.name for field in fields(TaskSettings) if field.name in TYPES)


def add_options(parser: ArgumentParser) -> None:
    """Offer each of the settings; without an option it is that of the training."""
    for name in NAMES:
        help_text = f"as task.{name}; default: that of the training"
        parser.add_argument(f"--{name}", type=TYPES[name], help=help_text)


def with_options(config: Config, options: Namespace) -> Config:
    """Return the settings of a training with the options in the place of its own."""
    given = {name: value for name in NAMES if (value := getattr(options, name)) is not None}
    return replace(config, task=replace(config.task, **given))
