"""One run of Copier: what it was given, what is stored, and what templates may use."""

from pathlib import Path
from typing import Any

from copier.errors import UserMessageError

from .advice import complete, no_effect
from .answers import accept, given_request, same
from .catalog.choices import LATER, LATER_CONTEXT
from .catalog.spelling import read
from .config_source import Source
from .context import derive
from .contradictions import check
from .fields import FIELDS, cast
from .packaging import tested_versions
from .problems import Rejected
from .questions import Dialogue, opened
from .request import flatten
from .stored import fit, left, misfits, preferences, stored_answers, unfit
from .tracked import losses

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
        folder, self.place = Path(conf["dst_path"]), str(conf["answers_file"])
        self.stored = stored_answers(folder, self.place)
        self.trusted = phase(context) != "prompt" or (not self.stored and updating(conf))
        self.asking = not data.get("request_file") and not data.get("request")
        self.settled: Context = {}  # all answers, in their final form
        self.known: tuple[str, Context, list[str]] | None = None  # the phase and answers last seen
        self.extras: Context = {}  # what follows from them
        self.settings: Source | None = None  # of the project, once config_files.py has read them
        if self.stored or self.trusted:
            fit(self.stored or data, self.place)
        preferred = {} if self.stored or updating(conf) else preferences(conf["settings"].defaults)
        try:
            given = {} if self.trusted else data
            answers = accept(given, self.stored, context["_folder_name"], preferred)
            self.request = given_request(given)
        except Rejected as rejected:
            raise UserMessageError(str(rejected)) from None
        if self.stored and not self.trusted and updating(conf):
            package = str(self.stored["package_name"])
            if reasons := list(losses(folder, str(self.stored.get("_commit")), package)):
                raise UserMessageError("\n".join(reasons))
        for key in FIELDS:  # Copier would put them above what a request says
            conf["settings"].defaults.pop(key, None)
        typed = {key: cast(key, data[key]) for key in data if key in FIELDS}
        self.answers = {**preferred, **answers}
        self.given = {**self.answers, **typed}
        self.without_effect = "" if self.trusted else idle({**answers, **typed}, self.request)
        said = {**(flatten(self.request)[0] if self.request else {}), **typed}
        self.understood = "" if self.trusted else meant(said)

    def extend(self, context: Context) -> None:
        """Add what questions and templates use to the answers in `context`."""
        given = {key: context[key] for key in FIELDS if key in context}
        found = (phase(context), given, opened(context))
        if found != self.known:
            self.known, self.extras = found, self.follow(context, found[1])
        context.update(self.extras)
        if phase(context) != "prompt":
            remembered = context["_copier_answers"]
            remembered.update({key: self.settled[key] for key in FIELDS if key in remembered})

    def follow(self, context: Context, given: Context) -> Context:
        """Return what follows from the answers that are given."""
        typed = {key: cast(key, value) for key, value in given.items()}
        answers = {"folder_name": context["_folder_name"], **self.answers, **typed}
        if self.stored and not self.trusted:
            gone = left(self.stored, complete(answers))
            answers = {
                key: value
                for key, value in answers.items()
                if key not in gone or key in self.given or not same(key, value, self.stored)
            }
        if phase(context) != "prompt":
            self.settled = complete(answers)
            # Not every dialogue can refuse at once: what is asked with yes or no is not validated.
            if not (self.trusted or self.stored) and (problems := check(self.settled)):
                raise UserMessageError(str(Rejected(problems)))
            more = {"_mldl": self, "without_effect": self.without_effect}
            more["understood"] = self.understood
            try:
                return {**derive(self.settled), **more}
            except (LookupError, TypeError, ValueError, AttributeError):
                if self.stored or self.trusted:
                    raise unfit(misfits(given), self.place) from None
                raise
        how = {"asking": self.asking, "trusted": self.trusted}
        dialogue = Dialogue(answers, self.stored, self.given, given, opened(context), **how)
        return {
            "_mldl": self,
            "advised": dialogue,
            "asked": dialogue.asked,
            "opens": dialogue.opens,
            "needs": dialogue.needs,
            "choices": dialogue.choices,
            "problem": dialogue.problem,
            "question": dialogue.question,
            "given_request": self.request,
        }


def idle(given: Context, request: Context | None) -> str:
    """Return what was given and has no effect, on one line, with reasons; blank if all has."""
    reasons = no_effect(given)
    context = (request or {}).get("context") or {}
    reasons |= {key: LATER for key in LATER_CONTEXT if context.get(key)}
    return ", ".join(f"{key} ({why})" if why else key for key, why in reasons.items())


def meant(given: Context) -> str:
    """Return what was given under names that are others here, on one line, with reasons."""
    found, reasons = read(given)
    changed = [key for key in reasons if given.get(key) and given[key] != found[key]]
    return ", ".join(f"{key} {given[key]} as {found[key]} ({reasons[key]})" for key in changed)


def updating(conf: Context) -> bool:
    """Say whether Copier updates a project: only a private name of its tells.

    An update always overwrites, so a new project does not depend on that name.
    """
    if not conf["overwrite"]:
        return False
    try:
        from copier._main import _operation
    except ImportError:
        message = "this Copier is newer than the template knows: use copier=={}"
        raise UserMessageError(message.format(tested_versions()["copier"])) from None
    return _operation.get("copy") == "update"


def phase(context: Context) -> str:
    """Return whether Copier is asking (prompt) or writing (render)."""
    return str(context["_copier_phase"])
