"""A GAN: two phases in each update, of one model, with latents that belong to samples.

Shapes: B points in the batch, Z latents.
"""

from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pkg.engine.state import Loss

from .points import PointBatch, make_points, with_draws
from .task import Sums, Task

LATENTS = 3


class GanModel(nn.Module):
    """A generator of points and a discriminator; objectives call the whole, and say which part."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.generator = nn.Sequential(nn.Linear(LATENTS, 8), nn.Tanh(), nn.Linear(8, 2))
        self.discriminator = nn.Sequential(
            nn.Linear(2, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1)
        )

    def forward(self, part: str, latents: Tensor, points: Tensor | None = None) -> Any:
        """Map latents [B, Z] to points [B, 2] and to logits [B] of their being real."""
        made = self.generator(latents)
        if part == "sample":
            return made
        if part == "generator":
            return self.discriminator(made)[:, 0]
        assert points is not None
        both = torch.cat([points, made.detach()])  # [2 B, 2]
        return self.discriminator(both)[:, 0].chunk(2)  # real, fake


def discriminate(model: nn.Module, batch: PointBatch) -> Loss:
    """Tell real points from others."""
    latents = batch.draws.normal("discriminator", LATENTS)
    real, fake = model("discriminator", latents, batch.points)
    terms = {"real": F.softplus(-real).sum(), "fake": F.softplus(fake).sum()}
    return Loss(terms["real"] + terms["fake"], float(batch.size), terms=terms)


def generate(model: nn.Module, batch: PointBatch) -> Loss:
    """Make points that pass for real ones."""
    logits = model("generator", batch.draws.normal("generator", LATENTS))
    total = F.softplus(-logits).sum()
    return Loss(total, float(batch.size), terms={"fooled": total})


def sample_points(model: nn.Module, batch: PointBatch) -> Loss:
    """Make points, to be measured; nothing is lost."""
    made = model("sample", batch.draws.normal("sample", LATENTS))
    return Loss(None, float(batch.size), made)


class GanMetrics(Sums):
    """How far made points lie from the mean of the real ones, and the losses of both phases."""

    primary: ClassVar[str] = "distance"
    names: ClassVar[tuple[str, ...]] = ("distance", "told_apart", "fooled")
    higher_is_better: ClassVar[dict[str, bool]] = dict.fromkeys(names, False)

    def update(self, loss: Loss, batch: PointBatch) -> None:
        if loss.total is None:
            distances = (loss.outputs - batch.points).abs().sum()
            self.add("distance", distances, batch.size)
        else:  # of one phase, or of the other
            name = "fooled" if "fooled" in loss.terms else "told_apart"
            self.add(name, loss.total, loss.weight)


GAN = Task(
    name="gan",
    model=GanModel,
    phases={
        "discriminator": ("discriminator", discriminate),
        "generator": ("generator", generate),
    },
    val_objective=sample_points,
    metrics=GanMetrics,
    make=make_points,
    prepare=with_draws,
    monitor="val_distance",
)
