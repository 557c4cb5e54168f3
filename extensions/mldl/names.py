"""Names that Python, the file system and the project's dependencies leave free."""

import keyword
import re
import sys
import unicodedata

from .catalog.dependencies import IMPORTS
from .problems import Wrong, shown
from .rules import DEVICES, text

LONGEST = 40  # characters of a package name, so that the lines of its imports fit

# Modules that some version of Python has, and another has not: a name is the same on all of them.
GONE = {
    *("aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils"),
    *("imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes"),
    *("smtpd", "sndhdr", "spwd", "sre_compile", "sre_constants", "sre_parse", "sunau"),
    *("telnetlib", "uu", "xdrlib"),
}
COMING = {"annotationlib", "compression", "idlelib", "profiling"}

# Top-level names of the generated project itself.
OWN = {
    *("train", "evaluate", "predict", "export", "tune", "validate", "serve", "setup"),
    *("configs", "tests", "test", "notebooks", "docs", "data", "logs", "checkpoints"),
    *("conftest", "site", "src", "build", "dist"),
    # What tests import from beside them.
    *("augmenting", "building", "built", "counted", "drawn", "expected", "interruptions"),
    *("made_up", "made_up_runs", "marked", "plain", "ranks", "samples", "short_runs"),
    *("showing", "shown", "small", "trained_ranks", "wheels"),
}


def taken(name: str) -> str:
    """Say what already has this name, or nothing."""
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return "a Python keyword"
    if name in sys.stdlib_module_names | GONE | COMING:
        return "a module of Python's standard library"
    if name in IMPORTS:
        return "a package that the project depends on"
    if name in DEVICES:
        return "a device on Windows"
    return "a file or folder of the project" if name in OWN else ""


def package_name(value: object) -> None:
    """Accept a name that `import` finds and that hides no other module."""
    if not isinstance(value, str):
        raise Wrong("wrong_type", f"must be text, not {shown(value)}")
    if not re.fullmatch(rf"[a-z]([a-z0-9_]{{0,{LONGEST - 2}}}[a-z0-9])?", value):
        message = f"must be at most {LONGEST} lower-case ASCII letters, digits and _ between them, "
        message += "a letter first"
        raise Wrong("invalid_package_name", f"{message}, not {shown(value)}")
    if owner := taken(value):
        message = f"{value} is {owner}: take {value}_project"
        raise Wrong("invalid_package_name", message)


def derive_package_name(project_name: str) -> str:
    """Return a package name that is always valid: `test` gives `test_project`."""
    plain = unicodedata.normalize("NFKD", project_name).encode("ascii", "ignore")
    name = re.sub(r"[^a-z0-9]+", "_", plain.decode().lower()).strip("_")
    if not name:
        return "ml_project"
    if name[0].isdigit():
        name = f"project_{name}"
    name = name[:LONGEST].strip("_")
    return f"{name}_project" if taken(name) else name


def project_name(value: object) -> None:
    """Accept a title for people, on one line."""
    text(100)(value)
    if not str(value).strip():
        raise Wrong("invalid_text", "must not be empty")


def derive_project_name(folder: str) -> str:
    """Return the folder's name where it can be a title."""
    try:
        project_name(folder)
    except Wrong:
        return "ml-project"
    return folder
