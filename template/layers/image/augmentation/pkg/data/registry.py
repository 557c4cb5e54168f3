"""Augmentations by name: each is a function in a file that is named like it.

To add one, write its file, and name it in `data.augmentation`. `transforms.py` says what the
functions of each folder take.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any


def functions_in(folder: str) -> dict[str, Callable[..., Any]]:
    """Return the functions of a folder beside this file, by name; none if it is not there."""
    package = f"{__package__}.{folder}"
    if find_spec(package) is None:
        return {}
    names = [module.name for module in iter_modules(import_module(package).__path__)]
    modules = {name: vars(import_module(f"{package}.{name}")) for name in names}
    return {name: module[name] for name, module in modules.items() if name in module}
