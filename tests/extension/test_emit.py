"""Whatever is written into a file reads back as the same value."""

import json
import tomllib
from typing import Any

import pytest
import yaml

from mldl.emit import escaped, json_text, yaml_value

STRINGS = [
    *("", " ", "plain", "a b", "it's", 'say "hi"', 'it\'s "both"', "back\\slash\\", '"""'),
    *(
        "two\nlines",
        "tab\t",
        "trailing \n",
        "- a",
        "a: b",
        "# no",
        "{{ x }}",
        "{% y %}",
        "${{ z }}",
    ),
    *("#: if", "yes", "No", "null", "~", "true", "1e-05", "1e5", "0x1f", "012", "1_000", "1:30"),
    *(".inf", ".nan", "2026-01-01", "=", "<<", "!tag", "&a", "*a", "%d", "@", "`", "?", "|", ">"),
    *("🙂", "žluťoučký", "\x7f", "\x85", "\u2028", "\ufeff", "\u202e", "\x07", "a" * 500, "é\n- x"),
    "\U0001fac8",  # newer than Python 3.11
]
VALUES: list[Any] = [
    *(True, False, None, 0, -3, 10**20, 0.0, 1e-05, 1e-4, 5e-324, 1.7976931348623157e308, 1e16),
    *([], [1, 2.5], ["a", "no"], [0.5, 0.25], {"a": [1, "x: y"]}, [[1], []]),
]


@pytest.mark.parametrize("value", STRINGS + VALUES, ids=ascii)
def test_yaml(value: Any) -> None:
    text = yaml_value(value)
    assert "\n" not in text
    read = yaml.safe_load(f"key: {text}\nnext: 1\n")
    assert read == {"key": value, "next": 1}
    assert type(read["key"]) is type(value)
    assert yaml.safe_load(f"[{text}, 1]") == [value, 1]


@pytest.mark.parametrize("text", STRINGS, ids=ascii)
def test_toml(text: str) -> None:
    assert tomllib.loads(f'key = "{escaped(text)}"\n') == {"key": text}


@pytest.mark.parametrize("value", STRINGS + VALUES, ids=ascii)
def test_json(value: Any) -> None:
    assert json.loads(json_text(value)) == value
    assert "\\ud" not in json_text("🙂")


def test_json_has_no_word_for_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(float("nan"))
