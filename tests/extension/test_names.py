"""Package names: what is refused, and that a derived name is always valid."""

import keyword
import sys

import pytest
from mldl.names import derive_package_name, derive_project_name, package_name
from mldl.problems import Wrong

BAD = [
    *("class", "match", "json", "torch", "numpy", "sklearn", "con", "com1", "train", "tests"),
    *(
        "",
        ".",
        "..",
        "a-b",
        "a b",
        "A",
        "1a",
        "_a",
        "a.b",
        "a/b",
        "\uff41\uff42",
        "\ufb01sh",
        "naïve",
        "a\n",
    ),
    *("x" * 61, "a\0", "\u0442orch", "data"),
]


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(Wrong) as wrong:
        package_name(name)
    assert wrong.value.type == "invalid_package_name"


FOLDERS = [
    *(
        "test",
        "my-proj",
        "My Project",
        "1st",
        "\ufb01sh",
        "naïve",
        "日本",
        "",
        ".",
        "class",
        "torch",
    ),
    *("CON", "a" * 200, "__init__", "--", "{{ x }}", "data", "x" * 49 + "-y"),
    *sorted(sys.stdlib_module_names)[:400:7],
    *keyword.kwlist,
]


@pytest.mark.parametrize("folder", FOLDERS, ids=ascii)
def test_a_derived_name_is_always_valid(folder: str) -> None:
    package_name(derive_package_name(derive_project_name(folder)))


def test_derived_names_stay_close() -> None:
    assert derive_package_name("test") == "test_project"
    assert derive_package_name("My Project") == "my_project"
    assert derive_package_name("2 fast") == "project_2_fast"
    assert derive_project_name("\x07") == "ml-project"
