"""Hugging Face Trainer: as documented, and tuned. It counts no accuracy while training.

As documented: `TrainingArguments` as they come but for what is asked for (batch size, a log
point every ten steps, TensorBoard), samples one by one from a DataLoader without workers.
Tuned: gathered batches, and no look at each loss (`logging_nan_inf_filter`).
"""

import os
from collections.abc import Iterable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import Trainer, TrainerCallback, TrainingArguments
from transformers.utils.logging import set_verbosity_error

from ..job import Job, Pass, Timing
from ..sources import Gathered, Pair, documented


class WithLoss(nn.Module):
    """A model that returns its loss, as Trainer wants it."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, inputs: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """Return the mean loss [] and the logits [B, K]."""
        logits = self.model(inputs)
        return {"loss": F.cross_entropy(logits.float(), labels), "logits": logits}


class Stop(TrainerCallback):
    """Stops the watch after the last step, before what follows an epoch."""

    def __init__(self) -> None:
        self.watch: Pass | None = None
        self.timing: Timing | None = None

    def on_epoch_end(self, *arguments: Any, **others: Any) -> None:
        """Note the time."""
        assert self.watch is not None
        self.timing = self.watch.stop()


class OnPass(Trainer):
    """A Trainer whose training batches are those of a pass."""

    batches: Iterable[Any]  # every batch by its names
    watch: Pass

    def get_train_dataloader(self) -> Any:
        """Return the batches, on a stopwatch."""
        return self.watch


class ByName:
    """Batches as Trainer wants them: by the names of the model's arguments."""

    def __init__(self, source: Gathered) -> None:
        self.source = source

    def __iter__(self) -> Any:
        return (by_name(batch) for batch in self.source)


def by_name(batch: Pair) -> dict[str, Tensor]:
    """Name the parts of a batch."""
    return {"inputs": batch.inputs, "labels": batch.targets}


def collate(samples: list[tuple[Tensor, int]]) -> dict[str, Tensor]:
    """Put samples into a batch."""
    inputs, labels = zip(*samples, strict=True)
    return {"inputs": torch.stack(inputs), "labels": torch.as_tensor(labels)}


class HuggingFace:
    """One `Trainer.train()` a pass."""

    def __init__(self, job: Job, name: str, tuned: bool) -> None:
        set_verbosity_error()
        self.job, self.stop = job, Stop()
        os.environ["TENSORBOARD_LOGGING_DIR"] = str(job.place(name))
        self.model = WithLoss(job.new_model())
        self.trainer = OnPass(self.model, self.arguments(job, name, tuned), callbacks=[self.stop])
        self.order: Any
        if tuned:
            self.order = Gathered(job)
            self.batches: Any = ByName(self.order)
        else:
            loader, self.order = documented(job, workers=0)
            loader.collate_fn = collate
            self.batches = self.trainer.accelerator.prepare(loader)

    @staticmethod
    def arguments(job: Job, name: str, tuned: bool) -> TrainingArguments:
        """Return what is asked for; all else is Trainer's own."""
        return TrainingArguments(
            output_dir=str(job.place(name)),
            use_cpu=job.device.type == "cpu",
            num_train_epochs=1,
            per_device_train_batch_size=job.prepared.train.batch_size,
            learning_rate=job.learning_rate,
            weight_decay=job.weight_decay,
            adam_epsilon=job.epsilon,
            lr_scheduler_type="constant" if job.plain else "cosine",
            max_grad_norm=0.0,
            bf16=job.mixed,
            logging_steps=job.log_every,
            logging_nan_inf_filter=not tuned,
            report_to=["tensorboard"],
            save_strategy="no",
            disable_tqdm=False,
        )

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        self.order.start(epoch)
        self.trainer.watch = self.stop.watch = Pass(self.job, self.batches)
        self.trainer.train()
        assert self.stop.timing is not None
        return self.stop.timing

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        return self.model.model.state_dict()
