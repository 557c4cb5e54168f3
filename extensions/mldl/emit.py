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


def python_value(value: Any) -> str:
    """Return a Python literal in the quotes that a formatter would choose."""
    if isinstance(value, str):
        return python_string(value)
    if isinstance(value, list):
        return f"[{', '.join(map(python_value, value))}]"
    if isinstance(value, tuple):
        inner = ", ".join(map(python_value, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        pairs = (f"{python_value(k)}: {python_value(v)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    return repr(value)


def python_string(text: str) -> str:
    """Return a string literal: double quotes, unless single ones save escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    body = "".join(("\\" + c if c == quote else c) if c in "'\"" else repr(c)[1:-1] for c in text)
    return quote + body + quote


def toml_value(value: Any) -> str:
    """Return a TOML value on one line."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, int | float):
        return repr(value)
    raise TypeError(f"TOML has no {type(value).__name__}")


def json_text(value: Any) -> str:
    """Return JSON as people read it: letters stay letters."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


FILTERS = {
    "yaml": yaml_value,
    "py": python_value,
    "toml": toml_value,
    "json_text": json_text,
    **packaging.FILTERS,
}
