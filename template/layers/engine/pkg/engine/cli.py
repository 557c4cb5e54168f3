"""How a command line, a YAML file or a checkpoint becomes settings."""

import inspect
import re
import sys
from argparse import ArgumentError
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from .errors import UserError
from .yaml_files import check_file

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from jsonargparse import ArgumentParser, Namespace

CONFIG = Path("configs/config.yaml")  # what --config is without the option
ConfigT = TypeVar("ConfigT", bound="DataclassInstance")


def comments(section: type) -> dict[str, str]:
    """Return what the comments in the source of a dataclass, and its bases, say of its fields."""
    found = dict[str, str]()
    for part in section.__mro__[-2::-1]:  # without `object`
        fields = inspect.getsource(part).split("\n    def ")[0]
        found |= re.findall(r"^ {4}(\w+):[^#]*# (.*)$", fields, re.MULTILINE)
    return found


def make_parser(config_class: type[ConfigT], about: str | None) -> "ArgumentParser":
    """Return a parser of `--config FILE` and of one option for each setting."""
    import jsonargparse

    parser = jsonargparse.ArgumentParser(description=about, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--config", action="config", help=f"YAML file; default: {CONFIG}")
    parser.add_class_arguments(config_class, as_group=False)
    sections = {name: type(section) for name, section in vars(config_class()).items()}
    texts = {f"{n}.{key}": text for n, s in sections.items() for key, text in comments(s).items()}
    for action in parser._actions:
        action.help = texts.get(action.dest, action.help)
    return parser


def parse(
    parser: "ArgumentParser",
    config_class: type[ConfigT],
    source: Sequence[str] | Mapping[str, Any] | None = None,
) -> tuple[ConfigT, "Namespace"]:
    """Return the typed settings, and all that was parsed, from a command line or a checkpoint.

    Raises:
        UserError: a key is unknown, or a value is of the wrong type or out of range.
    """
    words = [] if isinstance(source, Mapping) else list(sys.argv[1:] if source is None else source)
    for file in config_files(words):
        check_file(file, config_class)
    try:
        if isinstance(source, Mapping):
            parsed = parser.parse_object(dict(source))
        else:
            parsed = parser.parse_args(words)
        made = parser.instantiate(parsed)
    except (ArgumentError, TypeError, ValueError) as error:
        text = " ".join(str(error).split())
        files = " or ".join(map(str, config_files(words)))
        raise UserError(text.replace('"<unicode string>"', files)) from None
    return config_class(**{name: made[name] for name in config_class.__dataclass_fields__}), parsed


def config_files(words: Sequence[str]) -> list[Path]:
    """Return the files of a command line that --config names, those that exist."""
    named = [word.removeprefix("--config=") for word in words if word.startswith("--config=")]
    named += [after for word, after in pairwise(words) if word == "--config"]
    return [path for path in map(Path, named) if path.is_file()]


def default_checkpoint() -> Path:
    """Return where a training with configs/config.yaml leaves its best model."""
    import yaml

    try:
        settings = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))
        folder = Path(settings["experiment"]["checkpoint_dir"])
    except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        folder = Path("checkpoints")  # --checkpoint is there for all other places
    return folder / "best_model.pt"
