"""Package names: what is refused, and that a derived name is always valid."""

import keyword
import subprocess
import sys

import pytest

from mldl.catalog.dependencies import IMPORTS, RANGES
from mldl.names import derive_package_name, derive_project_name, package_name, taken
from mldl.problems import Wrong

from .support import ROOT

LAYERS = ROOT / "template/layers"

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
    *("x" * 61, "a\0", "\u0442orch", "data", "a_", "x" * 59 + "_", "compression"),
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
    *("CON", "a" * 200, "__init__", "--", "{{ x }}", "data", "x" * 39 + "-y", "1" * 60, "a b" * 30),
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


def test_a_name_is_taken_on_every_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdlib_module_names", sys.stdlib_module_names - {"cgi"})
    assert derive_package_name("cgi") == "cgi_project"


LOADED = """
import sys, sysconfig
from importlib import import_module
from importlib.util import find_spec

for name in sys.argv[1:]:
    if find_spec(name):
        import_module(name)
if "tensorboard" in sys.modules:
    import_module("torch.utils.tensorboard")
libraries = sysconfig.get_path("purelib")
for name in sorted(name for name in sys.modules if "." not in name):
    spec = getattr(sys.modules[name], "__spec__", None)
    places = [spec.origin, *(spec.submodule_search_locations or [])] if spec else []
    if any(str(place).startswith(libraries) for place in places):
        print(name)
"""


def test_what_the_dependencies_import_is_taken() -> None:
    others = {"pillow": "PIL", "pyyaml": "yaml", "scikit-learn": "sklearn"}
    wanted = [others.get(name, name).partition("[")[0].replace("-", "_") for name in RANGES]
    assert set(wanted) <= IMPORTS
    command = [sys.executable, "-c", LOADED, *wanted]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert "torch" in loaded
    free = [name for name in loaded if name == name.lower() and name[0] != "_" and not taken(name)]
    assert not free, f"append {free} to IMPORTS: a project of such a name could not start"


def test_a_module_that_tests_import_is_taken() -> None:
    helpers = {path.stem for path in LAYERS.glob("**/tests/*.py")}
    helpers |= {path.stem for path in LAYERS.glob("**/tests/engine/*.py")}
    helpers |= {path.parent.name for path in LAYERS.glob("**/tests/engine/*/__init__.py")}
    found = {name for name in helpers if not name.startswith("test_")}
    assert {name for name in found if not taken(name)} == set(), "append them to OWN"
