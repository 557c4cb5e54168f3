"""Answers about the model."""

from ..catalog import ROWS, choices
from ..catalog.spelling import known
from ..rules import boolean, integer, local, number, one_of, text
from .field import Field, has_depth, never, of_own, setting, transfers

ARCHITECTURES = tuple(dict.fromkeys(row.architecture for row in ROWS))
MODEL = "/model_config"
SIZE = integer(1, 1_000_000)
OWN = "the published model has its own"


def architecture(value: object) -> None:
    """Accept an architecture or a backbone of one, in any of the usual spellings."""
    if not known(value):
        one_of(ARCHITECTURES, choices.LATER_ARCHITECTURES)(value)


NETWORK = {
    "architecture": Field(
        "Which architecture?",
        architecture,
        f"{MODEL}/architecture",
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
        "Which backbone? (parameters, and operations at 224 x 224)",
        text(100),
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
    "baseline_model": Field(
        "A model to compare with: a path or a name",
        text(1000),
        "/context/baseline_model",
        applies=never,
        idle=choices.LATER,
    ),
}
