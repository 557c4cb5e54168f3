"""Hugging Face Trainer on the project's own batches of boxes."""

import os
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from transformers.utils.logging import set_verbosity_error

from ..job import Job, Pass, Timing
from .huggingface import HuggingFace, OnPass, Stop
from .reference import batches_of


class WithLosses(nn.Module):
    """A detector that returns its loss, as Trainer wants it."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(
        self, inputs: Tensor, boxes: Tensor, labels: Tensor, seeds: Tensor
    ) -> dict[str, Tensor]:
        """Return the mean loss []."""
        terms, weight = self.model(inputs, boxes, labels, seeds)
        return {"loss": torch.stack([*terms.values()]).sum() / weight}


class ByName:
    """Batches of a pass by the names of the model's arguments."""

    def __init__(self, job: Job) -> None:
        self.job, self.epoch = job, 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for batch in batches_of(self.job, self.epoch):
            names = ("inputs", "boxes", "labels", "seeds")
            values = (batch.inputs, batch.boxes, batch.learnt, batch.seeds)
            yield dict(zip(names, values, strict=True))


class DetectionTrainer:
    """One `Trainer.train()` a pass."""

    def __init__(self, job: Job, name: str) -> None:
        set_verbosity_error()
        self.job, self.stop, self.batches = job, Stop(), ByName(job)
        os.environ["TENSORBOARD_LOGGING_DIR"] = str(job.place(name))
        self.model = WithLosses(job.new_model())
        options = HuggingFace.arguments(job, name, tuned=True)
        self.trainer = OnPass(self.model, options, callbacks=[self.stop])

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        self.batches.epoch = epoch
        self.trainer.watch = self.stop.watch = Pass(self.job, self.batches)
        self.trainer.train()
        assert self.stop.timing is not None
        return self.stop.timing

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        state: dict[str, Tensor] = self.model.model.state_dict()
        return state
