"""Reading the settings of a project from the source of its dataclasses.

A setting is defined once, in Python: name, type, default and what it means, in a comment
behind it or a docstring below it. The YAML files and the schema are written from these
definitions, which are read without importing them.
"""

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

NUMBERS: dict[str, dict[str, Any]] = {
    "PositiveInt": {"type": "integer", "minimum": 1},
    "NonNegativeInt": {"type": "integer", "minimum": 0},
    "PositiveFloat": {"type": "number", "exclusiveMinimum": 0},
    "NonNegativeFloat": {"type": "number", "minimum": 0},
    "ClosedUnitInterval": {"type": "number", "minimum": 0, "maximum": 1},
}
PLAIN = {"int": "integer", "float": "number", "bool": "boolean", "str": "string"}
MISSING = object()


@dataclass(frozen=True)
class Setting:
    """One field of a dataclass of settings."""

    name: str
    annotation: ast.expr
    default: Any  # MISSING where the field has none
    text: str


@dataclass(frozen=True)
class Source:
    """The dataclasses of settings, and the types that they name."""

    sections: dict[str, list[Setting]]  # data, model, task, training, experiment
    types: dict[str, ast.expr]

    def schema(self, node: ast.expr) -> dict[str, Any]:
        """Return the JSON schema of a type annotation."""
        match node:
            case ast.Constant(value=None):
                return {"type": "null"}
            case ast.Constant(value=str(text)):
                return self.schema(ast.parse(text, mode="eval").body)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return either(self.schema(left), self.schema(right))
            case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
                return either(self.schema(inner), {"type": "null"})
            case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
                return {"enum": list(values(inner))}
            case ast.Subscript(value=ast.Name(id="list" | "Sequence"), slice=inner):
                return {"type": "array", "items": self.schema(inner)}
            case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[_, inner])):
                return {"type": "object", "additionalProperties": self.schema(inner)}
            case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=items)):
                return self.tuple_schema(items)
            case ast.Name(id=name) if name in PLAIN:
                return {"type": PLAIN[name]}
            case ast.Name(id=name) if name in NUMBERS:
                return dict(NUMBERS[name])
            case ast.Name(id=name) if name in self.types:
                return self.schema(self.types[name])
        return {}  # a type that JSON has no word for: anything goes

    def tuple_schema(self, items: list[ast.expr]) -> dict[str, Any]:
        """Return the schema of tuple[X, ...] or tuple[X, Y]."""
        if len(items) == 2 and isinstance(items[1], ast.Constant):
            return {"type": "array", "items": self.schema(items[0])}
        size = len(items)
        each = [self.schema(item) for item in items]
        return {"type": "array", "prefixItems": each, "minItems": size, "maxItems": size}


def read_settings(modules: Iterable[str]) -> Source:
    """Return the settings below the class `Config` in the source of some modules.

    A class has its own settings first, then those of the classes that it is based on.
    """
    bases: dict[str, list[str]] = {}
    classes: dict[str, list[Setting]] = {}
    types: dict[str, ast.expr] = {}
    for module in modules:
        comments = comments_of(module)
        for node in ast.parse(module).body:
            match node:
                case ast.ClassDef(name=name, bases=parents):
                    classes[name] = list(fields(node, comments))
                    bases[name] = [each.id for each in parents if isinstance(each, ast.Name)]
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    types[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    types[name] = value
    sections = {
        section.name: [
            setting
            for name in (section.annotation.id, *bases[section.annotation.id])
            for setting in classes.get(name, [])
        ]
        for section in classes["Config"]
        if isinstance(section.annotation, ast.Name)
    }
    return Source(sections, types)


def comments_of(module: str) -> dict[int, str]:
    """Return the comments of a module by their line."""
    tokens = tokenize.generate_tokens(io.StringIO(module).readline)
    comments = (token for token in tokens if token.type == tokenize.COMMENT)
    return {
        comment.start[0]: comment.string.lstrip("# ")
        for comment in comments
        if not comment.string.startswith("#:")
    }


def fields(node: ast.ClassDef, comments: dict[int, str]) -> Iterator[Setting]:
    """Yield the fields of a dataclass with what they mean."""
    for index, statement in enumerate(node.body):
        if not isinstance(statement, ast.AnnAssign) or is_class_variable(statement.annotation):
            continue
        if isinstance(statement.target, ast.Name):
            lines = range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
            text = " ".join(comments[line] for line in lines if line in comments)
            match node.body[index + 1 : index + 2]:
                case [ast.Expr(value=ast.Constant(value=str(docstring)))]:
                    text = " ".join(docstring.split())
            default = default_of(statement.value)
            yield Setting(statement.target.id, statement.annotation, default, text)


def is_class_variable(node: ast.expr) -> bool:
    """Say whether an annotation is ClassVar: what the class holds is no setting."""
    inner = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(inner, ast.Name) and inner.id == "ClassVar"


def default_of(node: ast.expr | None) -> Any:
    """Return the default that an expression stands for."""
    match node:
        case None:
            return MISSING
        case ast.Call(func=ast.Name(id="field"), keywords=keywords):
            given = {keyword.arg: keyword.value for keyword in keywords}
            factory = given.get("default_factory")
            match factory:
                case ast.Lambda(body=body):
                    return default_of(body)
                case ast.Name(id="list" | "tuple"):
                    return []
            return default_of(given.get("default"))
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return MISSING
    return list(value) if isinstance(value, tuple) else value


def values(node: ast.expr) -> Iterator[Any]:
    """Yield the values of a Literal."""
    for item in node.elts if isinstance(node, ast.Tuple) else [node]:
        yield ast.literal_eval(item)


def either(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a union; one with null stays flat and readable."""
    options = [*first.get("anyOf", [first]), *second.get("anyOf", [second])]
    return {"anyOf": options}
