"""Filters that write a value into a file so that it reads back as the same value."""

import json
import math
import re
from typing import Any

import yaml

from . import packaging

# Words that some YAML reader takes for something other than text.
YAML_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}


def yaml_value(value: Any) -> str:
    """Return YAML on one line; strings that could be misread stand in quotes."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(yaml_value(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{yaml_value(key)}: {yaml_value(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, str):
        plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_./-]*", value)
        if plain and value.lower() not in YAML_WORDS:
            return value
        dumped = yaml.safe_dump(value, default_style='"', allow_unicode=True, width=math.inf)
    else:
        dumped = yaml.safe_dump(value)
    return dumped.removesuffix("\n...\n").removesuffix("\n")


def escaped(text: str) -> str:
    """Return text as it stands between the double quotes of TOML."""
    return json.dumps(text, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007F")


def json_text(value: Any) -> str:
    """Return JSON as people read it: letters stay letters."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def unrendered(text: str) -> str:
    """Return a template that renders to the text, whatever the text holds.

    Copier renders each choice once more, when our template has already given it.
    """
    if not set("{}#\n").intersection(text):
        return text
    characters = "".join(c if c.isascii() and c.isalnum() else f"\\U{ord(c):08x}" for c in text)
    return f'{{{{ "{characters}" }}}}'


FILTERS = {
    "yaml": yaml_value,
    "escaped": escaped,
    "json_text": json_text,
    **packaging.FILTERS,
}
