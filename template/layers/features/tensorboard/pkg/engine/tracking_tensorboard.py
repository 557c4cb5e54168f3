"""Metrics and plots for TensorBoard."""

from hashlib import sha256
from pathlib import Path
from posixpath import relpath
from typing import Any

from tensorboard.compat.proto.summary_pb2 import Summary
from torch import nn
from torch.utils.tensorboard import SummaryWriter

from .errors import UserError
from .settings import ExperimentSettings
from .tracking import Draw, Sink, cut


class TensorBoard(Sink):
    """Writes scalars as they come, and plots every few epochs."""

    def __init__(
        self, settings: ExperimentSettings, lengths: dict[str, int], draw: Draw | None
    ) -> None:
        """Open the folder, its own files cut to `lengths`: `purge_step` knows one axis of two."""
        self.settings, self.draw, self.folder = settings, draw, Path(settings.tensorboard_log_dir)
        run, logs = (x.resolve().as_posix() for x in (Path(settings.checkpoint_dir), self.folder))
        way = relpath(run, logs)  # for others write there, too, and both may move
        self.suffix = f".{sha256(way.encode()).hexdigest()[:8]}"
        self.check_others()
        cut(self.files(), lengths)
        self.writer: Any = SummaryWriter(self.folder, filename_suffix=self.suffix)
        #: if modality == "image"
        if not lengths and settings.plot_frequency:
            self.show(Path(settings.checkpoint_dir) / "train_batches.png")
        #: endif

    def check_others(self) -> None:
        """Refuse a folder with the logs of another run: TensorBoard would draw one curve of both.

        Raises:
            UserError: there are some.
        """
        own = {*self.files()}
        others = [x for x in self.folder.glob("events.out.tfevents.*") if x not in own]
        if others:
            problem = f"{self.folder} holds the logs of a run with another checkpoint_dir"
            advice = "choose a folder of its own, or remove them"
            raise UserError(f"experiment.tensorboard_log_dir: {problem}: {advice}")

    #: if modality == "image"
    def show(self, path: Path) -> None:
        """Write a PNG that is there already; without one the other logs go on."""
        if path.exists():
            content = path.read_bytes()
            width, height = (int.from_bytes(content[i : i + 4]) for i in (16, 20))  # of the header
            image = Summary.Image(encoded_image_string=content, width=width, height=height)
            value = Summary.Value(tag=f"train/{path.stem}", image=image)
            self.writer.file_writer.add_summary(Summary(value=[value]), 0)

    #: endif
    def log(self, metrics: dict[str, float], step: int) -> None:
        """Write scalars, all in one event: each takes as long as a small update."""
        values = [Summary.Value(tag=tag, simple_value=value) for tag, value in metrics.items()]
        self.writer.file_writer.add_summary(Summary(value=values), step)

    def end_epoch(self, model: nn.Module, epoch: int) -> None:
        """Write plots and histograms where they are due."""
        frequency = self.settings.plot_frequency
        if self.draw and frequency and epoch % frequency == 0:
            self.writer.add_figure("epoch/plots", self.draw(model), epoch)
        if self.settings.histograms:
            for name, weight in model.named_parameters():
                self.writer.add_histogram(f"epoch/weights/{name}", weight, epoch)

    def flush(self) -> None:
        """Hand all events to the operating system."""
        self.writer.flush()

    def files(self) -> list[Path]:
        """Return what the run in this checkpoint_dir has written, now or before."""
        return list(self.folder.glob(f"events.out.tfevents.*{self.suffix}"))
