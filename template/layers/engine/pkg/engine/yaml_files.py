"""A look at YAML files of settings before they are parsed: what YAML would take without a word."""

from collections.abc import Mapping
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_type_hints

import yaml

from .errors import UserError

BOOLEANS = {"yes", "no", "on", "off", "y", "n"}  # to YAML 1.1, where they stand without quotes


def check_file(path: Path, config_class: type) -> None:
    """Look for what is lost, empty or read as something else.

    Args:
        path: The file.
        config_class: A dataclass of sections, which are dataclasses of settings.

    Raises:
        UserError: the file is not UTF-8 or no YAML, a key stands twice, a setting has no value,
            or a word without quotes would be read as true or false.
    """
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), yaml.SafeLoader)
    except UnicodeDecodeError as error:
        raise UserError(f"{path} is not in UTF-8 ({error.reason} at byte {error.start})") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        reason = " ".join(str(error).replace('"<unicode string>"', str(path)).split())
        raise UserError(f"{path} is no YAML: {reason}") from None
    sections = get_type_hints(config_class)
    for section, node in entries(path, root).items():
        hints = get_type_hints(sections[section]) if section in sections else {}
        if empty(node):
            raise UserError(
                f"{place(path, node)}: {section} is empty: give it settings, or drop it"
            )
        for name, value in entries(path, node).items():
            if name in hints:
                check_value(path, f"{section}.{name}", value, hints[name])


def entries(path: Path, node: yaml.Node | None) -> Mapping[str, yaml.Node]:
    """Return the values of a mapping by their keys, none of which may stand twice."""
    found: dict[str, yaml.Node] = {}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in found:
                first = found[key.value].start_mark.line + 1
                raise UserError(f"{place(path, key)}: {key.value} stands in line {first} already")
            found[key.value] = value
    return found


def check_value(path: Path, name: str, node: yaml.Node, hint: Any) -> None:
    """Refuse a setting without a value, and a word that YAML reads as true or false."""
    if empty(node) and NoneType not in (hint, *get_args(hint)):
        raise UserError(f"{place(path, node)}: {name} has no value")
    scalars = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for each in scalars:
        plain = isinstance(each, yaml.ScalarNode) and each.style is None
        if plain and each.value.lower() in BOOLEANS and bool not in (hint, *get_args(hint)):
            advice = f'write it in quotes: "{each.value}"'
            raise UserError(
                f"{place(path, each)}: {name}: YAML reads {each.value} as a boolean, {advice}"
            )


def empty(node: yaml.Node) -> bool:
    """Return whether a value is null, written or left out."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def place(path: Path, node: yaml.Node) -> str:
    """Return where a node is."""
    return f"{path} line {node.start_mark.line + 1}"
