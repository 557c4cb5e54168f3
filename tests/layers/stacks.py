"""Stacks of layers, imported where they stand: each becomes a package of a name of its own."""

import sys
from functools import cache
from importlib import import_module
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

NUMBERS = count()
LAYERS = Path(__file__).parents[2] / "template/layers"
IMAGES = (
    "base",
    "engine",
    "engine/streaming",
    "table/encodings",
    "table/dialect",
    "image",
    "image/labels",
    "models/cnn",
)
TABLES = ("base", "engine", "table/encodings", "table/dialect", "table", "models/mlp")


class Stack:
    """The folders `pkg` of some layers as one package; a later layer covers an earlier one."""

    def __init__(self, *layers: str) -> None:
        self.name = f"stack_{next(NUMBERS)}"
        package = ModuleType(self.name)
        package.__path__ = [str(LAYERS / layer / "pkg") for layer in reversed(layers)]
        sys.modules[self.name] = package

    def load(self, module: str) -> Any:
        """Import a module of the package, such as `data.source`."""
        return import_module(f"{self.name}.{module}")

    @property
    def UserError(self) -> type[Exception]:
        error: type[Exception] = self.load("engine.errors").UserError
        return error


@cache
def stack(*layers: str) -> Stack:
    """Return the stack of these layers, from the bottom up."""
    return Stack(*layers)


def images(source: str, task: str = "classification") -> Stack:
    """Return a stack that reads images from a source, for a task."""
    return stack(*IMAGES, "tasks/outputs", f"tasks/{task}", source)


def table(source: str, task: str = "classification") -> Stack:
    """Return a stack that reads a table from a source, for a task."""
    return stack(*TABLES, "tasks/outputs", f"tasks/{task}", source)
