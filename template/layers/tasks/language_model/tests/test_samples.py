"""What logs show of how a model goes on with texts."""

from collections.abc import Callable
from dataclasses import replace

import torch
from matplotlib.figure import Figure
from small import SmallModel

from pkg.config import Config
from pkg.data.dataloader import get_dataloaders
from pkg.data.schema import Schema
from pkg.task.objective import build_objective
from pkg.task.samples import TEXTS, draw_samples

CPU = torch.device("cpu")


def test_it_goes_on_with_beginnings_of_windows(make_config: Callable[..., Config]) -> None:
    config = make_config("run")
    _, loader, _ = get_dataloaders(config.data, batch_size=8, seed=0, device=CPU)
    settings = replace(config.task, max_new_tokens=5, temperature=1.0)
    objective = build_objective(settings, loader.info, CPU)
    model = SmallModel(loader.info.input_shape, len(loader.info.output_names)).eval()
    figure, before = Figure(), torch.get_rng_state()
    height = figure.get_figheight()
    draw_samples(figure, model, objective, loader)

    text = figure.get_supxlabel()
    assert text.count("\u2192") == 1 + TEXTS
    [batch] = loader.source.read([loader.ids[:1]])
    first = Schema(**loader.info.schema).make_tokenizer().decode(batch.inputs[0].tolist())
    assert "".join(letter if letter.isprintable() else "\u00b7" for letter in first) in text
    assert figure.get_figheight() > height
    assert torch.equal(torch.get_rng_state(), before)  # what is trained depends on none of it
