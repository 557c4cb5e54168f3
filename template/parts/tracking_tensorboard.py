"""Figures and pictures for TensorBoard."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.summary.writer.record_writer import RecordWriter
from torch import nn
from torch.utils.tensorboard import SummaryWriter

from .settings import ExperimentSettings


class TensorBoard:
    """Writes scalars as they come, and pictures every few epochs."""

    def __init__(
        self,
        settings: ExperimentSettings,
        saved: dict[str, Any] | None,
        draw: Callable[[nn.Module], Figure],
    ) -> None:
        """Open the folder; drop what came after the checkpoint `saved`."""
        progress = saved["progress"] if saved else {"step": 0, "epoch": 0}
        for path in Path(settings.tensorboard_log_dir).glob("events.out.tfevents.*"):
            drop_later_events(path, progress["step"], progress["epoch"])
        self.writer = SummaryWriter(settings.tensorboard_log_dir)
        self.settings, self.draw = settings, draw

    def log(self, figures: dict[str, float], step: int) -> None:
        """Write scalars."""
        for tag, value in figures.items():
            self.writer.add_scalar(tag, value, step)

    def end_epoch(self, model: nn.Module, epoch: int) -> None:
        """Write pictures and histograms where they are due."""
        if (frequency := self.settings.picture_frequency) and epoch % frequency == 0:
            self.writer.add_figure("epoch/pictures", self.draw(model), epoch)
        if self.settings.histograms:
            for name, weight in model.named_parameters():
                self.writer.add_histogram(f"epoch/weights/{name}", weight, epoch)

    def flush(self) -> None:
        """Hand all events to the operating system."""
        self.writer.flush()


def drop_later_events(path: Path, step: int, epoch: int) -> None:
    """Rewrite an event file without what a resumed run will write again.

    TensorBoard's own `purge_step` knows one axis; here epochs and updates are counted.
    """
    draft = path.with_name(f"draft.{path.name}")
    with draft.open("wb") as file:
        writer = RecordWriter(file)
        for record in RawEventFileLoader(str(path)).Load():
            event = Event.FromString(record)
            tags = [value.tag for value in event.summary.value]
            of_epoch = any(tag.startswith("epoch/") for tag in tags)
            if not tags or (event.step < epoch if of_epoch else event.step <= step):
                writer.write(record)
    os.replace(draft, path)
