"""Files around the code: text in Markdown, and versions."""

import re

import pytest

from mldl import packaging
from mldl.catalog.dependencies import RANGES, requirement
from mldl.packaging import DEVELOPMENT, development, fenced, heading, spdx, untyped

HOSTILE = [
    *("plain", "two\nlines", "```", "a ```` b\n```\n", "{{ x }} {% y %} ${{ z }}", "<b>&amp;</b>"),
    *("# no heading", "- no list", "\\*", "`a` ``b``", "[l](u) ![i](u)", "*x* __x__ _x_ ~~x~~"),
    *("#: if x", "trailing\\", "`", " padded ", "a|b", "https://example.org/<x>", "---"),
]


def code_block(text: str) -> str:
    """Read the one block of code that `text` is, as CommonMark does."""
    lines = text.split("\n")
    fence = re.match("`{3,}", lines[0])
    assert fence is not None
    closing = [i for i, line in enumerate(lines) if re.fullmatch(fence[0] + "`* *", line)]
    assert closing[0] == len(lines) - 1
    return "\n".join(lines[1:-1])


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_fence_is_longer_than_any_in_the_text(text: str) -> None:
    assert code_block(fenced(text)) == text


@pytest.mark.parametrize("text", [text for text in HOSTILE if "\n" not in text], ids=ascii)
def test_a_heading_is_plain_or_code(text: str) -> None:
    shown = heading(text)
    if shown != text:
        fence = re.match("`+", shown)
        assert fence is not None
        inner = shown[len(fence[0]) : -len(fence[0])]
        assert len(fence[0]) not in map(len, re.findall("`+", inner))
        assert inner == f" {text} "


@pytest.mark.parametrize("text", ["digits", "Tell digits apart (v1.2)", "snake_case", "Größe, 2"])
def test_a_harmless_heading_stays(text: str) -> None:
    assert heading(text) == text


@pytest.mark.parametrize("text", ["__init__", "a _b_", "x*y*", "-a", "#a", "1 < 2", "a\\"])
def test_markdown_in_a_heading_does_not(text: str) -> None:
    assert heading(text) == f"` {text} `"


def test_every_requirement_has_a_tested_version() -> None:
    every = [requirement(name) for name in RANGES]
    lines = packaging.tested(every + development(every))
    assert len(lines) == len(RANGES) + len(DEVELOPMENT) + 1
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+==[0-9.]+", line) for line in lines)


def test_tables_bring_the_stubs_of_pandas() -> None:
    assert not any("stubs" in each for each in development(["torch>=2.10,<3"]))
    assert any("pandas-stubs" in each for each in development([requirement("pandas")]))


def test_only_untyped_dependencies_are_named() -> None:
    assert untyped([requirement("torch"), requirement("scikit-learn")]) == ["sklearn.*"]


def test_licences_that_spdx_does_not_know() -> None:
    assert spdx("MIT") == "MIT"
    assert spdx("Proprietary") == "LicenseRef-Proprietary"
