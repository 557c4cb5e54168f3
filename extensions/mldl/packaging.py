"""Filters for the files around the code: Markdown that shows text as it is, and versions."""

import re
from functools import cache
from pathlib import Path
from textwrap import fill

TESTED = Path(__file__).parents[2] / "requirements" / "tested.txt"
DEVELOPMENT = {
    "mypy": ">=2,<3",
    "pre-commit": ">=4,<5",
    "pytest": ">=8.4,<10",
    "ruff": ">=0.17,<0.18",  # the formatter changes between minor releases
    "types-PyYAML": ">=6",
    "types-tqdm": ">=4.66",
}
STUBS = {"pandas": ("pandas-stubs", ">=2.2,<4")}  # what a dependency needs to be checked
# Dependencies without types, or with too many to follow, by the name they are imported under.
UNTYPED = {
    "datasets": "datasets",
    "mlxtend": "mlxtend",
    "peft": "peft",
    "pyarrow": "pyarrow",
    "pycocotools": "pycocotools",
    "scikit-learn": "sklearn",
    "scipy": "scipy",
    "segmentation-models-pytorch": "segmentation_models_pytorch",
    "tensorboard": "tensorboard",
    "transformers": "transformers",
}
SPDX = {"Proprietary": "LicenseRef-Proprietary"}  # of licences with another name there


def fenced(text: str) -> str:
    """Return a code block that shows `text` whatever is in it."""
    fence = "`" * max(3, longest_run(text) + 1)
    return f"{fence}text\n{text}\n{fence}"


def heading(text: str) -> str:
    """Return `text` as it is if Markdown reads it so, else as code."""
    words = re.fullmatch(r"\w([\w .,:;'()/-]*[\w.)])?", text)
    emphasis = re.search(r"(?<![^\W_])_|_(?![^\W_])", text)  # an underscore not inside a word
    if words and not emphasis:
        return text
    fence = "`" * (longest_run(text) + 1)
    return f"{fence} {text} {fence}"


def wrapped(text: str) -> str:
    """Return a paragraph of Markdown in lines; code with blanks in it may be broken, too."""
    return fill(text, 120, break_long_words=False, break_on_hyphens=False)


def longest_run(text: str) -> int:
    """Return the length of the longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)


def name_of(requirement: str) -> str:
    """Return the name of the package alone, without extras and range."""
    return re.split(r"[\[<>=]", requirement)[0]


def development(dependencies: list[str]) -> list[str]:
    """Return what is needed to check a project with these dependencies."""
    stubs = dict(STUBS[name_of(each)] for each in dependencies if name_of(each) in STUBS)
    return sorted((name + span for name, span in (DEVELOPMENT | stubs).items()), key=str.lower)


def untyped(dependencies: list[str]) -> list[str]:
    """Return the modules of these dependencies that come without types."""
    names = [name_of(each) for each in dependencies]
    return [f"{UNTYPED[name]}.*" for name in names if name in UNTYPED]


@cache
def tested_versions() -> dict[str, str]:
    """Return the versions that the template's own tests run with."""
    lines = TESTED.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {name_of(name): version.strip() for name, version in pairs}


def tested(requirements: list[str]) -> list[str]:
    """Return these requirements at the tested versions, as pip takes constraints."""
    versions = tested_versions()
    return [f"{name_of(each)}=={versions[name_of(each)]}" for each in requirements]


def spdx(license: str) -> str:
    """Return the expression for a licence that package indexes understand."""
    return SPDX.get(license, license)


FILTERS = {
    "development": development,
    "fenced": fenced,
    "heading": heading,
    "spdx": spdx,
    "tested": tested,
    "untyped": untyped,
    "wrapped": wrapped,
}
