"""The machine room is closed: what stands in it imports nothing of the project around it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pkg import engine

ENGINE = Path(engine.__path__[0])
HERE = Path(__file__).parent
OPEN = ("torch", "numpy", "tqdm", "yaml", "jsonargparse", "tensorboard", "wandb", "_typeshed")
CLOSED = [*sorted((HERE / "made_up").glob("*.py")), HERE / "made_up_runs.py"]
CLOSED += [HERE / "building.py", HERE / "plain.py", HERE / "test_made_up_tasks.py"]


def imports(path: Path, package: list[str]) -> Iterator[str]:
    """Yield the absolute names of all that a file of a package imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) + 1 - node.level] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sorted(ENGINE.rglob("*.py")), ids=lambda path: path.stem)
def test_the_engine_imports_nothing_outside_itself(path: Path) -> None:
    root = engine.__name__.split(".")
    package = [*root, *path.relative_to(ENGINE).parts[:-1]]
    for name in imports(path, package):
        inside = name.split(".")[: len(root)] == root
        top = name.split(".")[0]
        assert inside or top in OPEN or top in sys.stdlib_module_names, f"{path}: {name}"


@pytest.mark.parametrize("path", CLOSED, ids=lambda path: path.stem)
def test_made_up_tasks_need_nothing_but_the_engine(path: Path) -> None:
    root = engine.__name__.split(".")
    for found in imports(path, []):
        assert found.split(".")[: len(root)] == root or found.split(".")[0] != root[0], found
