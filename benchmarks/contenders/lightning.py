"""Lightning: as documented, and tuned.

As documented: `self.log` of loss and torchmetrics' accuracy with a progress bar, the Trainer as
it comes but for a log point every ten steps, samples from a DataLoader without workers.
Tuned: gathered batches, a bar that is drawn every ten steps, no checkpoints, no summary, an
accuracy that is read at log points only, and a fused optimizer.
"""

import logging
import warnings
from typing import Any

import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from pytorch_lightning.callbacks import TQDMProgressBar
from pytorch_lightning.loggers import TensorBoardLogger
from torch import Tensor, nn
from torchmetrics.classification import MulticlassAccuracy

from ..job import Job, Pass, Timing, decayed
from ..sources import Gathered, documented


class Module(pl.LightningModule):
    """The model, its loss and its optimizer."""

    def __init__(self, job: Job, tuned: bool) -> None:
        super().__init__()
        self.job, self.tuned = job, tuned
        self.model: nn.Module = job.new_model()
        self.accuracy = MulticlassAccuracy(
            len(job.prepared.train.info.output_names), average="micro", validate_args=not tuned
        )
        self.watch: Pass | None = None
        self.timing: Timing | None = None

    def training_step(self, batch: tuple[Tensor, Tensor], number: int) -> Tensor:
        """Return the mean loss []."""
        inputs, targets = batch
        logits = self.model(inputs)
        loss = F.cross_entropy(logits.float(), targets)
        if not self.tuned:
            self.accuracy(logits, targets)
            self.log("train/loss", loss, prog_bar=True)
            self.log("train/accuracy", self.accuracy, prog_bar=True)
            return loss
        self.accuracy.update(logits, targets)
        if (number + 1) % self.job.log_every == 0:
            self.log("train/loss", loss, prog_bar=True)
            self.log("train/accuracy", self.accuracy.compute())
        return loss

    def configure_optimizers(self) -> Any:
        """Return AdamW and its schedule, a step at a time."""
        groups: Any = self.model.parameters()
        if self.tuned:
            groups = decayed(self.model, self.job.weight_decay)
        optimizer = torch.optim.AdamW(
            groups,
            lr=self.job.learning_rate,
            weight_decay=self.job.weight_decay,
            eps=self.job.epsilon,
            fused=self.tuned or None,
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, self.job.rate_at)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }

    def on_train_epoch_end(self) -> None:
        """Note the time: the last step is done."""
        assert self.watch is not None
        self.timing = self.watch.stop()


class Lightning:
    """One `Trainer.fit()` a pass, each with an optimizer of its own."""

    def __init__(self, job: Job, name: str, tuned: bool) -> None:
        logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
        warnings.filterwarnings("ignore", module="pytorch_lightning")
        self.job, self.name, self.tuned = job, name, tuned
        self.module = Module(job, tuned)
        self.order: Any
        self.batches: Any
        if tuned:
            self.batches = self.order = Gathered(job)
        else:
            self.batches, self.order = documented(job, workers=0)

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        self.order.start(epoch)
        self.module.watch = Pass(self.job, self.batches)
        self.trainer(epoch).fit(self.module, self.module.watch)
        assert self.module.timing is not None
        return self.module.timing

    def trainer(self, epoch: int) -> Any:
        """Return a Trainer for one pass."""
        place = self.job.place(self.name)
        options: dict[str, Any] = {}
        if self.tuned:
            bar = TQDMProgressBar(refresh_rate=self.job.log_every)
            options = {"callbacks": [bar], "enable_checkpointing": False}
            options["enable_model_summary"] = False
        return pl.Trainer(
            accelerator=self.job.device.type,
            devices=1,
            max_epochs=1,
            precision="bf16-mixed" if self.job.mixed else "32-true",
            log_every_n_steps=self.job.log_every,
            logger=TensorBoardLogger(place, version=epoch),
            default_root_dir=place,
            **options,
        )

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        return self.module.model.state_dict()
