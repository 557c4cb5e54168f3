"""One run of Copier: what it was given, what is stored, and what templates may use."""

import json
from pathlib import Path
from typing import Any

import yaml
from copier import _main as copier_main
from copier.errors import UserMessageError

from .answers import accept
from .context import derive
from .fields import FIELDS, cast
from .problems import Rejected
from .questions import Dialogue
from .request import read

Context = dict[str, Any]


class Session:
    """Fills the context of every template, from the first question to the last file."""

    def __init__(self, context: Context) -> None:
        """Check all that was given, before anything is asked or written.

        An update renders the old and the new version into temporary folders besides the
        project itself. There the answers are the project's own, and are not judged.
        """
        conf = context["_copier_conf"]
        data = dict(conf["data"])
        self.stored = stored_answers(Path(conf["dst_path"]) / conf["answers_file"])
        updating = copier_main._operation.get("copy") == "update"
        self.trusted = phase(context) != "prompt" or (updating and not self.stored)
        self.asking = not data.get("request_file") and not data.get("request")
        self.memory: dict[str, Dialogue] = {}
        try:
            given = {} if self.trusted else data
            self.answers = accept(given, self.stored, context["_folder_name"])
            self.request = read(str(data["request_file"])) if data.get("request_file") else None
        except Rejected as rejected:
            raise UserMessageError(str(rejected)) from None

    def extend(self, context: Context) -> None:
        """Add what questions and templates use to the answers in `context`."""
        given = {key: cast(key, context[key]) for key in FIELDS if key in context}
        answers = {"folder_name": context["_folder_name"], **self.answers, **given}
        memory_key = json.dumps(answers, default=str)
        if memory_key not in self.memory:
            self.memory[memory_key] = Dialogue(
                answers, self.stored, asking=self.asking, trusted=self.trusted
            )
        dialogue = self.memory[memory_key]
        context["_mldl"] = self
        if phase(context) == "prompt":
            context["advised"] = dialogue.complete
            context["asked"] = dialogue.asked
            context["choices"] = dialogue.choices
            context["problem"] = dialogue.problem
            context["given_request"] = self.request
        else:
            context.update(derive(dialogue.complete))
            remembered = context["_copier_answers"]
            remembered.update({key: given[key] for key in given if key in remembered})


def stored_answers(path: Path) -> dict[str, Any]:
    """Return the answers that the project in the destination was made with."""
    try:
        stored = yaml.safe_load(path.read_bytes())
    except (OSError, yaml.YAMLError):
        return {}
    return stored if isinstance(stored, dict) and "task" in stored else {}


def phase(context: Context) -> str:
    """Return whether Copier is asking (prompt) or writing (render)."""
    return str(context["_copier_phase"])
