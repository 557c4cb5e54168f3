"""accelerate: the loop of its quick tour, as documented, and tuned.

As documented: everything through `prepare`, AdamW as it comes, samples from a DataLoader without
workers; loss and accuracy are read at each log point.
Tuned: gathered batches and a fused optimizer.
"""

from typing import Any

import torch
import torch.nn.functional as F
from accelerate import Accelerator
from torch import Tensor
from tqdm import tqdm

from ..job import Job, Pass, Timing, decayed
from ..sources import Gathered, documented


class Accelerated:
    """The user's own loop, with accelerate's backward, clipping, logging and devices."""

    def __init__(self, job: Job, name: str, tuned: bool) -> None:
        self.job, self.step = job, 0
        self.accelerator = Accelerator(
            cpu=job.device.type == "cpu",
            mixed_precision="bf16" if job.mixed else "no",
            log_with="tensorboard",
            project_dir=str(job.place(name)),
            step_scheduler_with_optimizer=False,
        )
        self.accelerator.init_trackers("run")
        model = job.new_model()
        groups = decayed(model, job.weight_decay) if tuned else model.parameters()
        optimizer = torch.optim.AdamW(
            groups,
            lr=job.learning_rate,
            weight_decay=job.weight_decay,
            eps=job.epsilon,
            fused=tuned or None,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, job.rate_at)
        self.order: Any
        self.batches: Any
        if tuned:
            self.batches = self.order = Gathered(job)
        else:
            loader, self.order = documented(job, workers=0)
            self.batches = self.accelerator.prepare(loader)
        self.model, self.optimizer, self.schedule = self.accelerator.prepare(
            model, optimizer, schedule
        )
        self.bar = tqdm(total=100_000_000, desc="training")

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        self.model.train()
        self.order.start(epoch)
        watch = Pass(self.job, self.batches)
        self.hits, self.seen = torch.zeros((), device=self.job.device), 0
        for inputs, targets in watch:
            self.optimizer.zero_grad()
            with self.accelerator.autocast():
                logits = self.model(inputs)
                loss = F.cross_entropy(logits.float(), targets)
            self.accelerator.backward(loss)
            self.optimizer.step()
            self.schedule.step()
            self.step += 1
            self.seen += len(targets)
            self.hits += (logits.detach().argmax(1) == targets).sum()
            self.bar.update()
            if self.step % self.job.log_every == 0:
                self.write(loss)
        return watch.stop()

    def write(self, loss: Tensor) -> None:
        """Log the figures."""
        figures = {
            "train/loss": loss.item(),
            "train/accuracy": self.hits.item() / self.seen,
            "train/learning_rate": self.schedule.get_last_lr()[0],
        }
        self.accelerator.log(figures, step=self.step)
        self.bar.set_postfix_str(f"loss {figures['train/loss']:.4f}", refresh=False)

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        state: dict[str, Tensor] = self.accelerator.unwrap_model(self.model).state_dict()
        return state
