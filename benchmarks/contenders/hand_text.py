"""A loop written by hand for language models, in the manner of nanoGPT, with equal features.

Shapes: B windows, T tokens, K tokens of the vocabulary.
"""

import math
from typing import Any

import torch
from torch import Tensor, nn

from ..job import Job, Timing
from ..sources import Pair, loss_of
from .hand import Hand


class HandText(Hand):
    """Loss and perplexity, metrics.jsonl, TensorBoard, progress bar."""

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        self.tokens = torch.zeros((), dtype=torch.int64, device=self.job.device)
        return super().run(epoch)

    @torch.no_grad()
    def count(self, batch: Pair, logits: Tensor, loss: Tensor) -> None:
        """Count the loss of all tokens; one of -1 is none."""
        tokens = (batch.targets >= 0).sum()
        self.loss.add_(loss * tokens)
        self.tokens.add_(tokens)

    @torch.inference_mode()
    def validate(self) -> None:
        """Look at the validation split."""
        self.model.eval()
        nats = torch.zeros((), device=self.job.device)
        for batch in self.job.prepared.val.batches():
            with self.job.autocast():
                loss = loss_of(self.model(batch.inputs), batch.labels)
            nats += loss * (batch.labels >= 0).sum()
        self.model.train()
        self.nats = nats.item()

    def counts(self) -> list[Tensor]:
        """Return what metrics are made of, on the device."""
        return [self.loss, self.tokens]

    def metrics(self, counts: list[float]) -> dict[str, float]:
        """Return metrics of what was counted."""
        return {"train/perplexity": math.exp(min(700.0, counts[0] / counts[1]))}


class WithLibrary(HandText):
    """The same loop with the model of transformers, of equal size."""

    def __init__(self, job: Job, name: str) -> None:
        super().__init__(Library(job), name)


class Library(Job):
    """A job whose model is that of transformers."""

    def __init__(self, job: Job) -> None:
        super().__init__(**vars(job))

    def new_model(self) -> Any:
        """Return a model of the size of the project's."""
        return LibraryModel(self).to(self.device).train()


class LibraryModel(nn.Module):
    """GPT-2 of transformers, called as the project calls its model."""

    def __init__(self, job: Job) -> None:
        from transformers import GPT2Config, GPT2LMHeadModel

        super().__init__()
        vocabulary, length = job.prepared.train.info.input_shape
        model = job.prepared.config.model
        config = GPT2Config(
            vocab_size=vocabulary,
            n_positions=length,
            n_embd=model.hidden_dim,
            n_layer=model.num_layers,
            n_head=model.num_heads,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            use_cache=False,
            bos_token_id=None,
            eos_token_id=None,
        )
        self.network = GPT2LMHeadModel(config)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map tokens [B, T] to logits [B, T, K]."""
        logits: Tensor = self.network(input_ids=tokens.clamp(min=0)).logits
        return logits
