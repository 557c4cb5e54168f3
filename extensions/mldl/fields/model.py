"""Answers about the model."""

import re

from ..catalog import ROWS, choices
from ..catalog.spelling import known
from ..problems import Wrong, shown
from ..rules import boolean, integer, local, number, one_of, text
from .field import Answers, Field, adapts, dialled, has_depth, never, of_own, setting, transfers

ARCHITECTURES = tuple(dict.fromkeys(row.architecture for row in ROWS))
MODEL = "/model_config"
SIZE = integer(1, 1_000_000)
OWN = "the published model has its own"


def architecture(value: object) -> None:
    """Accept an architecture or a backbone of one, in any of the usual spellings."""
    if not known(value):
        one_of(ARCHITECTURES, choices.LATER_ARCHITECTURES)(value)


def published(value: object) -> None:
    """Accept the name of a published network, or a folder with one."""
    text(100)(value)
    if value:
        local(value)
    if not re.fullmatch(r"[\w.@+ /-]*", str(value).replace("\\", "/")):
        remedy = "letters, digits, - _ . and /"
        raise Wrong(
            "invalid_text", f"must be a name at the hub or a folder, not {shown(value)}", remedy
        )


def which_backbone(answers: Answers) -> str:
    """Ask for the backbone, with what is said of each."""
    image = ", and operations at 224 x 224" if answers["modality"] != "text" else ""
    return f"Which backbone? (parameters{image})"


NETWORK = {
    "architecture": Field(
        "Which architecture?",
        architecture,
        f"{MODEL}/architecture",
    ),
    "size": Field(
        "How large is the model?",
        one_of(choices.SIZES),
        f"{MODEL}/size",
        applies=dialled,
        idle="what it picks is named",
    ),
    "pretrained": Field(
        "Start from pretrained weights?",
        boolean,
        f"{MODEL}/pretrained",
        "bool",
        setting("pretrained"),
    ),
    "pretrained_source": Field(
        "Where do the weights come from?",
        one_of(choices.PRETRAINED_SOURCES),
        f"{MODEL}/pretrained_source",
        applies=setting("pretrained_source"),
    ),
    "backbone": Field(
        which_backbone,
        published,
        f"{MODEL}/backbone",
        applies=setting("backbone"),
    ),
    "weights_path": Field("Where is the file of weights?", local, kind="path", applies=transfers),
    "num_layers": Field(
        "How many layers?", integer(1, 1000), f"{MODEL}/num_layers", "int", has_depth, OWN
    ),
    "hidden_dim": Field(
        "How wide are the hidden layers?",
        SIZE,
        f"{MODEL}/hidden_dim",
        "int",
        of_own("hidden_dim"),
        OWN,
    ),
    "dropout": Field(
        "Which dropout probability? (from 0 to below 1)",
        number(0, 1, below=True),
        f"{MODEL}/dropout",
        "float",
        setting("dropout"),
        "the model has none",
    ),
    "activation": Field(
        "Which activation?",
        one_of(choices.ACTIVATIONS),
        f"{MODEL}/activation",
        applies=of_own("activation"),
        idle=OWN,
    ),
    "lora": Field(
        "Train low-rank updates of the weights alone (LoRA)?",
        boolean,
        kind="bool",
        applies=adapts,
        idle="it is for published networks of text",
    ),
    "baseline_model": Field(
        "A model to compare with: a path or a name",
        text(1000),
        "/context/baseline_model",
        applies=never,
        idle=choices.LATER,
    ),
}
