"""A loop written by hand for these jobs alone, as fast as we can make it, with equal features.

Data on the device and gathered by number, memory that is kept, a fused optimizer, counts that stay
on the device, and figures read at log points only. The gradient's norm is computed where it is
written down.
"""

import json
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from ..job import Job, Pass, Timing, decayed
from ..sources import Gathered, Pair, loss_of


class Hand:
    """Loss, accuracy and confusion matrix, metrics.jsonl, TensorBoard, progress bar."""

    def __init__(
        self,
        job: Job,
        name: str,
        channels_last: bool = False,
        compiled: bool = False,
        source: Callable[[Job], Any] | None = None,
    ) -> None:
        """Make ready to train.

        Args:
            job: What to do.
            name: Of this contender.
            channels_last: Memory format of images; otherwise channels come first.
            compiled: Whether full batches go through torch.compile.
            source: Makes the batches; otherwise they are gathered in memory.
        """
        self.job, self.step = job, 0
        self.batches = source(job) if source else Gathered(job, channels_last)
        self.model = job.new_model()
        if channels_last:
            self.model = self.model.to(memory_format=torch.channels_last)
        self.batch_size = job.prepared.train.batch_size
        self.fast = torch.compile(self.model) if compiled else self.model  # for full batches
        self.weights_moved = list(self.model.parameters())
        groups = decayed(self.model, job.weight_decay)
        self.optimizer = torch.optim.AdamW(
            groups, lr=job.learning_rate, eps=job.epsilon, fused=True
        )
        self.num_outputs = len(job.prepared.train.info.output_names)
        self.ones = torch.ones(self.batch_size + 1, dtype=torch.int64)
        self.ones = self.ones.to(job.device)
        self.writer = SummaryWriter(job.place(name))
        self.log = (job.place(name) / "metrics.jsonl").open("w")
        self.bar = tqdm(total=100_000_000, desc="training")

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        self.model.train()
        self.batches.start(epoch)
        watch = Pass(self.job, self.batches)
        self.loss = torch.zeros((), device=self.job.device)
        self.confusion = torch.zeros(self.num_outputs**2, dtype=torch.int64, device=self.job.device)
        self.seen, self.logged = 0, time.perf_counter()
        for batch in watch:
            loss = self.update(batch)
            self.bar.update()
            if self.step % self.job.log_every == 0:
                self.write(loss, watch)
            for weight in self.weights_moved:
                weight.grad = None
        return watch.stop()

    def update(self, batch: Pair) -> Tensor:
        """Move the weights once, and count."""
        model = self.fast if len(batch.targets) == self.batch_size else self.model
        with self.job.autocast():
            logits = model(batch.inputs)
            loss = loss_of(logits, batch.targets)
        loss.backward()
        rate = self.job.learning_rate * self.job.rate_at(self.step)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.step += 1
        self.count(batch, logits, loss.detach())
        return loss.detach()

    @torch.no_grad()
    def count(self, batch: Pair, logits: Tensor, loss: Tensor) -> None:
        """Count the loss and what is confused."""
        count = len(batch.targets)
        self.seen += count
        self.loss.add_(loss, alpha=count)
        cells = batch.targets * self.num_outputs + logits.argmax(1)
        self.confusion.index_add_(0, cells, self.ones[:count])

    @torch.inference_mode()
    def validate(self) -> None:
        """Look at the validation split."""
        self.model.eval()
        hits = torch.zeros((), device=self.job.device)
        for inputs, targets, _ in self.job.prepared.val.batches():
            with self.job.autocast():
                hits += (self.model(inputs).argmax(1) == targets).sum()
        self.model.train()
        self.accuracy = hits.item() / len(self.job.prepared.val.ids)

    def write(self, loss: Tensor, watch: Pass) -> None:
        """Read the figures off the device and write them down."""
        grads = [weight.grad for weight in self.weights_moved if weight.grad is not None]
        values = torch.stack([loss, nn.utils.get_total_norm(grads), *self.counts()]).tolist()
        now = time.perf_counter()
        seconds, self.logged = now - self.logged, now
        samples = self.job.log_every * self.batch_size
        figures = {
            "train/loss": values[0],
            **self.metrics(values[2:]),
            "train/gradient_norm": values[1],
            "train/learning_rate": self.optimizer.param_groups[0]["lr"],
            "perf/samples_per_second": samples / seconds,
            "perf/data_wait": watch.wait / seconds,
        }
        self.log.write(json.dumps({"step": self.step, **figures}) + "\n")
        for tag, value in figures.items():
            self.writer.add_scalar(tag, value, self.step)
        self.bar.set_postfix_str(f"loss {values[0]:.4f}", refresh=False)

    def counts(self) -> list[Tensor]:
        """Return what metrics are made of, on the device."""
        return [self.confusion.view(self.num_outputs, -1).diagonal().sum()]

    def metrics(self, counts: list[float]) -> dict[str, float]:
        """Return metrics of what was counted."""
        return {"train/accuracy": counts[0] / self.seen}

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        state: dict[str, Tensor] = self.model.state_dict()
        return state
