"""Python files of a project as syntax trees, and questions about them."""

import ast
from collections.abc import Iterator
from pathlib import Path

SETTINGS = ("data/settings.py", "task/settings.py", "engine/settings.py", "models/settings.py")
PARTS = ("data/target_settings.py",)  # of some of these, in some projects


class Code:
    """The Python of one project."""

    def __init__(self, project: Path, package: str) -> None:
        self.project = project
        self.package = package
        self.trees = {
            path.relative_to(project).as_posix(): ast.parse(path.read_text(), str(path))
            for path in sorted(project.rglob("*.py"))
        }
        self.text = "\n".join((project / path).read_text() for path in self.trees)

    def outside_tests(self) -> dict[str, ast.Module]:
        return {path: tree for path, tree in self.trees.items() if not path.startswith("tests/")}

    def imports(self) -> Iterator[tuple[str, str]]:
        """Yield (file, dotted name) for each import, names made absolute."""
        for path, tree in self.trees.items():
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    yield from ((path, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    base = resolve(path, node)
                    yield path, base
                    yield from ((path, f"{base}.{alias.name}") for alias in node.names)

    def modules(self) -> dict[str, str]:
        """Return the dotted name of each module of the package, with its file."""
        return {
            path.removesuffix(".py").replace("/", "."): path
            for path in self.trees
            if path.startswith(f"{self.package}/") and not path.endswith("__init__.py")
        }

    def settings(self) -> Iterator[str]:
        """Yield the name of every setting, but for those that a library takes by `**`."""
        model = self.trees[f"{self.package}/models/model.py"].body
        builders = (node for node in model if getattr(node, "name", "") == "build_model")
        forwarded = any(isinstance(n, ast.FunctionDef) and n.args.kwarg for n in builders)
        known = [f"{self.package}/{name}" for name in (*SETTINGS[: 3 + (not forwarded)], *PARTS)]
        for module in (name for name in known if name in self.trees):
            for node in self.trees[module].body:
                if isinstance(node, ast.ClassDef) and node.name != "Config":
                    for field in node.body:
                        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                            yield field.target.id

    def reads(self) -> set[str]:
        """Return every name that is read: attributes, parameters and keys in strings."""
        found: set[str] = set()
        for tree in map(without_checks, self.outside_tests().values()):
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute):
                    found.add(node.attr)
                elif isinstance(node, ast.arg):
                    found.add(node.arg)
                elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found.add(node.value)
        return found

    def definitions(self) -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
        """Yield (file, node) for each function, method and class outside the tests."""
        for path, tree in self.outside_tests().items():
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    yield path, node


def resolve(path: str, node: ast.ImportFrom) -> str:
    """Return the absolute name of what a file imports from."""
    folder = path.split("/")[: -node.level] if node.level else []
    return ".".join([*folder, *([node.module] if node.module else [])])


def without_checks(tree: ast.Module) -> ast.Module:
    """Leave out what only validates settings, since that is no use of them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Settings"):
            node.body = [each for each in node.body if getattr(each, "name", "") != "__post_init__"]
    return tree
