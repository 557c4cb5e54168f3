"""Copier's door to the package `mldl`: a context for every template, and safe filters."""

import re
import sys
from hashlib import sha1
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from copier_template_extensions import ContextHook
from jinja2 import Environment, Template

DIRECTIVE = re.compile(r"^([ \t]*#:.*\n)(?=[ \t]*\n)", re.MULTILINE)
PACKAGE = re.compile(r"\bpkg\b")


def load_package(root: Path) -> str:
    """Load the package at `root` under a name that no other version of it shares.

    `copier update` renders the old and the new template in one process: with a common
    name the new version would render with the old version's code.
    """
    name = "_mldl_" + sha1(str(root).encode()).hexdigest()
    if name not in sys.modules:
        spec = spec_from_file_location(
            name, root / "__init__.py", submodule_search_locations=[str(root)]
        )
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return name


def load(package: str, module: str) -> ModuleType:
    """Import one module of the package."""
    return import_module(f"{package}.{module}")


class MLDL(ContextHook):
    """Adds what questions and templates need; see `mldl/session.py`."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        package = load_package(Path(__file__).resolve().parent / "mldl")
        self.sessions = load(package, "session")
        self.layers = f"{load(package, 'layers').LAYERS}/"
        self.session: Any = None
        environment.filters.update(load(package, "emit").FILTERS)
        environment.globals.update(load(package, "config_files").GLOBALS)
        self.compiled: dict[str, Template] = {}
        self.compile = environment.from_string
        vars(environment)["from_string"] = self.from_string

    def from_string(self, source: str) -> Template:
        """Compile a string once: Copier brings the same ones again and again.

        To compile one also means to call each extension's `preprocess`, where Copier's `yield`
        forgets what it gave before.
        """
        if source in self.compiled:
            self.environment.preprocess("")
        else:
            self.compiled[source] = self.compile(source)
        return self.compiled[source]

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Make a template of a file of a layer.

        The word `pkg` becomes the package's name, whichever it is when the template is rendered.
        Blank lines below a `#:` line are kept, which Jinja would swallow with it: so what is
        rendered is the layer's file less the `#:` lines, blank lines and all.
        """
        if name is None or not name.startswith(self.layers):
            return source
        return DIRECTIVE.sub(r"\1{# #}\n", PACKAGE.sub("{{ package_name }}", source))

    def hook(self, context: dict[str, Any]) -> None:
        """Fill the context of one template; included ones share it."""
        if isinstance(context.get("_mldl"), self.sessions.Session):
            return
        if self.session is None:
            if context["_copier_conf"]["answers_file"] == "":
                return  # Copier is working out the name of the answers file
            self.session = self.sessions.Session(context)
        self.session.extend(context)
