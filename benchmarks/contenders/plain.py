"""A plain loop, as tutorials write it: it reads the loss and the hits at each step.

Left out is what surrounds an epoch. Learning rate and batch size are the job's, and the loader
takes its batches in the order of all; four workers load the samples one by one.
"""

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.tensorboard import SummaryWriter
from tqdm import tqdm

from ..job import Job, Pass, Timing
from ..sources import documented

NUM_WORKERS = 4


class PlainLoop:
    """AdamW as it comes, two reads a step, a postfix on every step."""

    def __init__(self, job: Job, name: str) -> None:
        self.job = job
        self.loader, self.order = documented(job, NUM_WORKERS)
        self.model = job.new_model()
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(),
            lr=job.learning_rate,
            weight_decay=job.weight_decay,
            eps=job.epsilon,
        )
        self.writer = SummaryWriter(job.place(name))

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        self.order.start(epoch)
        watch = Pass(self.job, self.loader)
        criterion = nn.CrossEntropyLoss()
        train_one_epoch(
            self.model, watch, self.optimizer, criterion, self.job.device, epoch, self.writer
        )
        return watch.stop()

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        state: dict[str, Tensor] = self.model.state_dict()
        return state


def train_one_epoch(
    model: nn.Module,
    train_loader: Pass,
    optimizer: torch.optim.Optimizer,
    criterion: nn.Module,
    device: torch.device,
    epoch: int,
    writer: Any,
) -> tuple[float, float]:
    """Train for one epoch."""
    model.train()
    running_loss = 0.0
    correct = 0
    total = 0
    pbar: Iterable[Any] = tqdm(train_loader, desc=f"Epoch {epoch + 1} [Train]")
    for batch_idx, (inputs, targets) in enumerate(pbar):
        inputs, targets = inputs.to(device), targets.to(device)
        # Forward pass
        optimizer.zero_grad()
        outputs = model(inputs)
        loss = criterion(outputs, targets)
        # Backward pass
        loss.backward()
        optimizer.step()
        # Metrics
        running_loss += loss.item()
        _, predicted = outputs.max(1)
        total += targets.size(0)
        correct += predicted.eq(targets).sum().item()
        # Update progress bar
        pbar.set_postfix(  # type: ignore[attr-defined]
            {"loss": running_loss / (batch_idx + 1), "acc": 100.0 * correct / total}
        )
        # TensorBoard logging (every 100 batches)
        if batch_idx % 100 == 0:
            global_step = epoch * len(train_loader) + batch_idx
            writer.add_scalar("train/loss", loss.item(), global_step)
            writer.add_scalar("train/accuracy", 100.0 * correct / total, global_step)
    return running_loss / len(train_loader), 100.0 * correct / total
