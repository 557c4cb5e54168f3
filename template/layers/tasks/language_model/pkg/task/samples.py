"""Texts that a language model goes on with while it is trained, for its plots in the logs."""

import textwrap
from typing import Any

import torch
from matplotlib.figure import Figure

from ..data.dataloader import SplitLoader
from ..data.schema import Schema
from .objective import Objective

TEXTS = 4  # that are gone on with
GIVEN = 24  # tokens of each, at most
WIDTH, LINES = 150, 3  # characters in a line, and lines of each text
INCHES = 0.2  # of a line


@torch.inference_mode()
def draw_samples(figure: Figure, model: Any, objective: Objective, loader: SplitLoader) -> None:
    """Write below the plots how the model goes on with the beginnings of some windows.

    It decodes as predict.py does, with draws of its own: nothing that is trained depends on it.
    """
    tokenizer = Schema(**loader.info.schema).make_tokenizer()
    count, device = len(loader.ids), next(model.parameters()).device
    rows = torch.arange(min(TEXTS, count)) * count // min(TEXTS, count)
    [batch] = loader.source.read([loader.ids[rows]])
    given = batch.inputs[:, :GIVEN].to(device)
    written = model.generate(given, objective.decoding, batch.ids.to(device))
    lines = list[str]()
    for start, more in zip(given.tolist(), written.tolist(), strict=True):
        text = f"{shown(tokenizer.decode(start))} \u2192 {shown(tokenizer.decode(more))}"
        lines += [*textwrap.wrap(text, WIDTH)[:LINES], ""]
    below = "beginnings of windows \u2192 how the model goes on\n\n" + "\n".join(lines[:-1])
    figure.set_figheight(figure.get_figheight() + INCHES * (3 + len(lines)))
    figure.supxlabel(below.replace("$", r"\$"), x=0.01, ha="left", family="monospace", fontsize=10)


def shown(text: str) -> str:
    """Return a text on one line, whatever is in it."""
    return "".join(letter if letter.isprintable() else "\u00b7" for letter in text)
