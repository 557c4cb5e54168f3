"""What every project must be, whatever was answered; a broken rule is an AssertionError."""

import json
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import yaml
from code_of import Code
from jsonschema import Draft202012Validator

# What a package is imported as, where that is not its name; or what shows that it is used.
USED_AS = {
    "pillow": "PIL",
    "scikit-learn": "sklearn",
    "pyyaml": "yaml",
    "huggingface-hub": "huggingface_hub",
    "segmentation-models-pytorch": "segmentation_models_pytorch",
}
SHOWN_BY = {  # what needs a package without importing it here
    "scipy": "HungarianMatcher|RTDetrLoss",
    "timm": "timm|DetrConfig",  # of the published ones
}
IGNORING = re.compile(r"#\s*(type:\s*ignore|noqa|fmt:\s*off|pragma:\s*no cover)")
LEFT_OVER = re.compile(r"^\s*#: |\{%|\{#", re.MULTILINE)
HIDING = {"ignore_errors", "ignore_missing_imports", "disable_error_code", "allow_untyped_defs"}
PROMISED = {  # to whoever owns it
    *("get_num_parameters", "freeze_backbone", "unfreeze_backbone"),
    *(
        "Draws",
        "normal",
        "InMemory",
        "Streaming",
        "choose_workers",
    ),  # for other tasks and larger data
    *("get_extra_state", "set_extra_state"),  # which torch calls
}
FOUND_BY_NAME = (
    "data/augmentations/",
    "data/moves/",
    "data/mixing/",
)  # each module for the function of its name


def check(project: Path, package: str, cache: Path) -> None:
    """Look at everything but what running the project shows, and tell all that is wrong."""
    code = Code(project, package)
    rules: list[Callable[[], None]] = [
        lambda: parses(project),
        lambda: settings_fit_their_schema(project),
        lambda: nothing_left_over(project),
        lambda: no_unused_dependency(project, code),
        lambda: no_unused_setting(code),
        lambda: no_unused_module(code),
        lambda: no_unused_definition(code),
        lambda: run(project, "ruff", "check", "--no-cache", "--output-format", "concise", "."),
        lambda: run(project, "ruff", "format", "--check", "--diff", "--no-cache", "."),
        lambda: run(project, "mypy", "--cache-dir", str(cache)),
    ]
    problems = []
    for rule in rules:
        try:
            rule()
        except AssertionError as error:
            problems.append(str(error))
    assert not problems, "\n".join(problems)


def run(project: Path, module: str, *arguments: str) -> None:
    """Run a Python program in the project."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{module}:\n{done.stdout}{done.stderr}")


def parses(project: Path) -> None:
    """Every file is what its name says."""
    readers = {
        ".yaml": yaml.safe_load,
        ".yml": yaml.safe_load,
        ".toml": tomllib.loads,
        ".json": json.loads,
    }
    for path in project.rglob("*"):
        if path.suffix in readers:
            readers[path.suffix](path.read_text())
    mypy = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["mypy"]
    assert mypy["strict"] is True
    for table in (mypy, *mypy.get("overrides", [])):
        assert not HIDING & set(table), "the type checker is told to look away"


def settings_fit_their_schema(project: Path) -> None:
    """An editor that knows the schema has nothing to say about the settings."""
    schema = json.loads((project / "configs/config.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    for path in (project / "configs").glob("*.yaml"):
        found = Draft202012Validator(schema).iter_errors(yaml.safe_load(path.read_text()))
        problems = [f"{path.name}: {error.json_path}: {error.message}" for error in found]
        assert not problems, "\n".join(problems)


def nothing_left_over(project: Path) -> None:
    """No directive of the template is left, and nothing is hidden from a tool."""
    for path in project.rglob("*"):
        if path.is_file() and path.name != ".copier-answers.yml":
            text = path.read_text()
            if path.suffix == ".py":
                assert not IGNORING.search(text), f"{path} hides something from a tool"
            if path.suffix in (".py", ".toml", ".yml") or path.name == "Dockerfile":
                assert not LEFT_OVER.search(text), f"{path} holds a directive of the template"


def no_unused_dependency(project: Path, code: Code) -> None:
    """What is required is imported, and what is imported is required."""
    table = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    required = {names(line) for line in table["dependencies"]}
    source = "\n".join((project / path).read_text() for path in code.outside_tests())
    used = {name: SHOWN_BY.get(name, re.escape(USED_AS.get(name, name))) for name in required}
    unused = sorted(name for name, word in used.items() if not re.search(rf"\b({word})\b", source))
    assert not unused, f"required for nothing: {', '.join(unused)}"
    tops = {name.split(".")[0] for path, name in code.imports() if not path.startswith("tests/")}
    local = {Path(path).parts[0].removesuffix(".py") for path in code.trees}
    known = {USED_AS.get(name, name).split(".")[0] for name in required}
    unknown = tops - known - local - set(sys.stdlib_module_names) - {"_typeshed"}
    assert not unknown, f"imported and not required: {', '.join(sorted(unknown))}"


def names(requirement: str) -> str:
    """Return the name of the package that a requirement is about."""
    return re.split(r"[<>=\[ ;]", requirement)[0]


def no_unused_setting(code: Code) -> None:
    """Each setting is read somewhere besides its own check."""
    unused = set(code.settings()) - code.reads()
    assert not unused, f"settings without an effect: {sorted(unused)}"


def no_unused_module(code: Code) -> None:
    """Each module is imported, or run by its name."""
    imported = {name for _, name in code.imports()}
    for module, path in code.modules().items():
        by_name = f"python -m {module}" in code.text or found_by_name(path)
        assert module in imported or by_name, f"{path} is imported nowhere"


def no_unused_definition(code: Code) -> None:
    """Each function, method and class is named besides its definition, outside the tests."""
    source = "\n".join((code.project / path).read_text() for path in code.outside_tests())
    words = Counter(re.findall(r"\w+", source))
    for path, node in code.definitions():
        known = node.name.startswith("__") or node.name in PROMISED
        known = known or (found_by_name(path) and node.name == Path(path).stem)
        assert known or words[node.name] > 1, f"{path}: {node.name} is used nowhere"


def found_by_name(path: str) -> bool:
    """Say whether a module is looked up by its name, as settings give it."""
    return any(folder in path for folder in FOUND_BY_NAME)
