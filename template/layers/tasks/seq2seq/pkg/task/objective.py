"""What training minimises: cross-entropy over the tokens of the target."""

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from ..batch import Batch
from ..data.info import DataInfo
from ..data.vocabulary import Vocabulary, load_vocabulary
from ..engine.state import Loss
from ..references import unpack
from .counts import count_texts
from .settings import TaskSettings


@dataclass(frozen=True)
class Objective:
    """Cross-entropy of each token after the true ones; label smoothing in training alone."""

    vocabulary: Vocabulary
    longest: int  # text to generate, in tokens
    search: dict[str, Any]  # how `predict` generates: arguments of `model.generate`
    seed: int = 0  # decides what is drawn
    label_smoothing: float = 0.0
    generate: bool = True  # whether a validation generates texts, too

    def __call__(self, model: Any, batch: Batch) -> Loss:
        """Return the loss of a batch, summed over tokens, and what metrics count, int64 [B, S]."""
        loss = self.loss(model(batch.inputs, batch.labels), batch, training=model.training)
        if model.training or not self.generate:
            return loss
        found = model.generate(batch.inputs, self.longest, self.vocabulary.end)  # greedily
        texts = self.count(found, batch.targets).to(loss.outputs.device)
        return loss._replace(outputs=torch.cat([loss.outputs, texts], dim=1))

    def predict(self, model: Any, batch: Batch) -> Tensor:
        """Return the tokens of a text for each source, int64 [B, L], -1 beyond its end token.

        Where they are drawn, the same batch gets the same texts, and nothing else is disturbed.
        """
        devices = [batch.ids.device] if batch.ids.is_cuda else []
        with torch.random.fork_rng(devices):
            torch.manual_seed(self.seed)
            end = self.vocabulary.end
            found: Tensor = model.generate(batch.inputs, self.longest, end, **self.search)
        return found

    def loss(self, logits: Tensor, batch: Batch, training: bool = False) -> Loss:
        """Return the loss of logits [B, T, V], and how many tokens are right, int64 [B, 2]."""
        there = batch.labels >= 0  # [B, T]
        total = F.cross_entropy(
            logits.flatten(0, 1).float(),
            batch.labels.flatten(),
            ignore_index=-1,
            reduction="sum",
            label_smoothing=self.label_smoothing if training else 0.0,
        )
        best, tokens = logits.detach().max(dim=2)  # two of [B, T]
        counted = there & (best.abs() < torch.inf)  # what is not finite does not count
        right = counted & (tokens == batch.labels)
        counts = torch.stack([right.sum(dim=1), counted.sum(dim=1)], dim=1)
        return Loss(total, there.sum(), counts)

    def count(self, tokens: Tensor, targets: Tensor) -> Tensor:
        """Return what is counted of generated tokens [B, L], int64 [B, S] on the CPU.

        Args:
            tokens: Generated, -1 beyond the end.
            targets: The right texts [B, R].
        """
        return count_texts(self.vocabulary.read(tokens), unpack(targets))


def build_objective(settings: TaskSettings, info: DataInfo, device: torch.device) -> Objective:
    """Make the objective, with the vocabulary of the data set."""
    search = {
        "num_beams": settings.num_beams,
        "length_penalty": settings.length_penalty,
        "temperature": settings.temperature,
        "top_k": settings.top_k,
    }
    longest = int(min(info.schema["lost"]["target"]["longest"], info.input_shape[1]))
    return Objective(
        load_vocabulary(info.schema),
        settings.max_new_tokens or longest,
        search,
        settings.generation_seed,
        settings.label_smoothing,
        settings.generate,
    )
