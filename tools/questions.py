"""The questions in Copier's form, written from the table of answers: `python -m tools.questions`.

Words come from the table; what depends on earlier answers is a call into `mldl/questions.py`.
"""

from collections.abc import Iterator

from mldl.fields import GROUP_OF, GROUPS, SECTIONS, Field
from mldl.options import CHOICES

from . import ROOT

FOLDER = ROOT / "questions"
# A program's way in, which nobody is asked for.
REQUEST = """
# The path of a PythonMLDLRequest. Only what is in it is stored.
request_file:
  type: path
  help: File with a request
  secret: true
  default: ""
  ask: false

request:
  type: json
  help: The request that the project was made from
  default: "{{ given_request | json_text }}"
  ask: false
"""


def files() -> dict[str, str]:
    """Return the content of each file of questions."""
    return {f"{name}.yml": "".join(section(name)) for name in SECTIONS}


def section(name: str) -> Iterator[str]:
    """Yield the text of one file."""
    about, fields = SECTIONS[name]
    yield f"# {about}\n# Written by `python -m tools.questions` from extensions/mldl/fields.\n"
    opened = set()
    for key, field in fields.items():
        if (which := GROUP_OF.get(key)) and which not in opened:
            opened.add(which)
            yield "\n" + "".join(f"{line}\n" for line in group(which))
        yield "\n" + "".join(f"{line}\n" for line in question(key, field))
        if key == "setup":
            yield REQUEST


def group(name: str) -> Iterator[str]:
    """Yield the lines of the question that opens a group of others."""
    yield f"{name}:"
    yield "  type: bool"
    yield f'  help: "{GROUPS[name].question}"'
    yield "  secret: true # not remembered"
    yield "  qmark: 🎤"
    yield "  default: false"
    yield "  ask: " + call(f"opens('{name}')")


def question(key: str, field: Field) -> Iterator[str]:
    """Yield the lines of one question."""
    several = key in CHOICES and field.type == "yaml"  # a list of choices
    yield f"{key}:"
    yield f"  type: {'str' if several else field.type}"
    words = field.question
    yield "  help: " + (f'"{words}"' if isinstance(words, str) else call(f"question('{key}')"))
    if several:
        yield "  multiselect: true"
    if key in CHOICES:
        yield "  choices: " + call(f"choices('{key}')")
    needed = "UNSET if needs('dataset_path') else " * (key == "dataset_path")
    yield "  default: " + call(f"{needed}advised.{key}" + " | yaml" * (field.type == "yaml"))
    yield "  ask: " + call(f"asked('{key}')")
    yield "  validator: " + call(f"problem('{key}', {key})")


def call(expression: str) -> str:
    """Return an expression for Jinja as text of YAML."""
    return f'"{{{{ {expression} }}}}"'


def main() -> None:
    """Write every file of questions/."""
    for name, text in files().items():
        (FOLDER / name).write_text(text)


if __name__ == "__main__":
    main()
