"""What happens around the loop: logs, checkpoints, and reasons to end."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from . import faults
from .checkpoint import BEST, Writer, capture
from .loop import Progress, TrainState, Update
from .errors import GaveUp, Interrupted
from .settings import ExperimentSettings
from .perf import Meter, start_trace
from .recovery import Diverged
from .runtime import StopSignals
from .settings import TrainingSettings
from .tracking import Sink

PLAIN_SECONDS = 30  # between two lines of progress where there is no terminal


def gain(figure: str, value: float, before: float) -> float:
    """Return by how much a figure is better than it was; losses and errors are to fall."""
    if math.isnan(before):  # any number is better
        return math.nan if math.isnan(value) else math.inf
    return before - value if figure.endswith(("loss", "mse", "mae")) else value - before


@dataclass
class Run:
    """The loop's callbacks."""

    training: TrainingSettings
    experiment: ExperimentSettings
    sinks: list[Sink]
    stamp: dict[str, Any]  # what every checkpoint holds beside the state
    meter: Meter
    start: int  # updates done before
    total: int  # updates of the whole run
    signals: StopSignals = field(default_factory=StopSignals)
    unread: list[Update] = field(default_factory=list)  # updates that nobody has looked at

    def __post_init__(self) -> None:
        """Show the progress, on a terminal only."""
        self.bar = tqdm(total=self.total, initial=self.start, desc="training", disable=None)
        self.writer = Writer(Path(self.experiment.checkpoint_dir))
        self.saved_at = self.said_at = self.meter.clock
        count = self.experiment.profile_updates
        self.trace = start_trace(self.writer.folder / "traces", count) if count else None

    def after_step(self, state: TrainState, update: Update) -> bool:
        """Log, save or end where it is due; figures leave the device at log points only."""
        faults.point("step", state.progress.step)
        self.unread.append(update)
        state.progress.seconds += self.meter.count(sum(map(len, update.ids)))
        self.bar.update()
        if self.trace:
            self.trace.step()
        if state.progress.step % self.experiment.log_every == 0:
            self.log_step(state, update)
        signal, over, due = self.wishes(state.progress)
        if signal or over or due:
            self.save(state, best=bool(over) and state.progress.best is None)
        if over:
            self.bar.write("training.max_training_time_hours is over")
        return not (signal or over)

    def wishes(self, progress: Progress) -> list[int]:
        """Return the signal that came, whether time is over, and whether to save; 0 is no."""
        hours, minutes = self.training.max_training_time_hours, self.experiment.save_every_minutes
        over = hours is not None and progress.seconds >= hours * 3600
        due = minutes is not None and self.meter.clock - self.saved_at >= minutes * 60
        return [self.signals.received or 0, over, due]

    def count_bad(self, state: TrainState) -> None:
        """Look at the updates since the last time, and end it where too many were not finite."""
        progress = state.progress
        flags = torch.stack([update.bad for update in self.unread]).tolist() if self.unread else []
        for update, bad in zip(self.unread, flags, strict=True):
            progress.bad_updates = progress.bad_updates + 1 if bad else 0
            if not bad:
                continue
            ids = torch.cat(update.ids).tolist()
            self.bar.write(f"skipped an update that is not finite, of samples {ids}")
            if progress.bad_updates >= self.training.max_bad_updates:
                self.writer.go_back()
                told = f"training.max_bad_updates reached with the samples {ids}"
                if progress.setbacks >= self.training.max_setbacks:
                    raise GaveUp(f"{told}: lower training.learning_rate, or look at them")
                raise Diverged(told, progress.setbacks + 1)
        self.unread.clear()

    def log_step(self, state: TrainState, update: Update) -> None:
        """Read the figures of this update off the device and write them down."""
        self.count_bad(state)
        loss_now, norm_now = torch.stack([update.loss, update.grad_norm]).tolist()
        state.progress.seconds += self.meter.count(0)  # of waiting for the device
        figures = {
            "train/loss": loss_now,
            "train/accuracy": state.metrics.compute()[state.metrics.primary],
            "train/gradient_norm": norm_now,
            "train/learning_rate": state.optimizer.param_groups[0]["lr"],
            **self.meter.read(),
        }
        self.tell(lambda sink: sink.log(figures, state.progress.step))
        self.bar.set_postfix_str(f"loss {loss_now:.4f}", refresh=False)
        if self.bar.disable and self.meter.clock - self.said_at > PLAIN_SECONDS:
            self.said_at = self.meter.clock
            print(f"update {state.progress.step} of {self.bar.total}  loss {loss_now:.4f}")

    def tell(self, act: Callable[[Sink], None]) -> None:
        """Let every place for figures act; where one is full, weights matter more."""
        for sink in self.sinks:
            try:
                act(sink)
            except OSError as error:
                self.bar.write(f"warning: {type(sink).__name__} lacks figures: {error}")

    def after_epoch(self, state: TrainState, val: dict[str, float]) -> bool:
        """Judge the epoch, write it down, save it; False if training is to end."""
        self.count_bad(state)
        improved = self.judge(state, val)
        self.write_epoch(state, val)
        state.metrics.reset()
        self.stamp |= {"val_loss": val["loss"], "val_accuracy": val[state.metrics.primary]}
        due = state.progress.epoch % self.experiment.save_frequency == 0
        self.save(state, best=improved, keep=self.experiment.keep_checkpoints if due else 0)
        return not state.progress.finished

    def judge(self, state: TrainState, val: dict[str, float]) -> bool:
        """Return whether this epoch is the best, and note why it is the last if it is."""
        progress, settings, figure = state.progress, self.training, self.training.monitor
        value, best, stale = val[figure.removeprefix("val_")], progress.best, settings.patience + 1
        improved = best is None or gain(figure, value, best) > settings.min_delta
        progress.bad_epochs = 0 if improved else progress.bad_epochs + 1
        if improved:
            progress.best, progress.best_epoch = value, progress.epoch
        elif settings.lr_scheduler == "plateau" and progress.bad_epochs % (stale // 2) == 0:
            state.scheduler.base_lrs = [rate / 2 for rate in state.scheduler.base_lrs]
        if settings.early_stopping and progress.bad_epochs >= settings.patience:
            progress.finished = f"{figure} has not improved for {settings.patience} epochs"
        if (metric := settings.target_metric) is not None and settings.target_value is not None:
            value, best = val[metric], progress.target_best
            progress.target_best = value if best is None or gain(metric, value, best) > 0 else best
            if settings.stop_at_target and gain(metric, value, settings.target_value) >= 0:
                progress.finished = f"{metric} is {value:.4f}"
        return improved

    def write_epoch(self, state: TrainState, val: dict[str, float]) -> None:
        """Log an epoch, counted from 0, and print it."""
        epoch, train = state.progress.epoch - 1, state.metrics.compute()
        figures = {"epoch/learning_rate": state.optimizer.param_groups[0]["lr"]}
        for split, values in (("train", train), ("val", val)):
            named = {"accuracy": values[state.metrics.primary], **values}
            figures |= {f"epoch/{split}_{name}": value for name, value in named.items()}
        self.tell(lambda sink: sink.log(figures, epoch))
        self.tell(lambda sink: sink.end_epoch(state.evaluated, epoch))
        shown = {"train_loss": train["loss"], **{f"val_{name}": x for name, x in val.items()}}
        text = "  ".join(f"{name} {value:.4f}" for name, value in shown.items())
        best = "" if state.progress.bad_epochs else "  best so far"
        self.bar.write(f"epoch {epoch + 1}/{self.training.num_epochs}  {text}{best}")

    def save(self, state: TrainState, best: bool = False, keep: int = 0) -> None:
        """Write checkpoints; what the logs hold by then is on its way first."""
        self.count_bad(state)
        state.progress.seconds += self.meter.lap()  # of validation
        self.tell(lambda sink: sink.flush())
        lengths = {x.name: x.stat().st_size for sink in self.sinks for x in sink.files()}
        self.writer.save(capture(state) | self.stamp | {"log_lengths": lengths}, best, keep)
        state.progress.seconds += self.meter.lap()
        self.meter.begin()
        self.saved_at = self.meter.clock

    def close(self) -> None:
        """Wait for what is still on its way to a file."""
        self.signals.give_back()
        self.bar.close()
        if self.trace:
            self.trace.stop()
        self.tell(lambda sink: sink.flush())
        self.writer.wait()
        if self.signals.received:  # whatever ended the loop
            raise Interrupted(self.signals.received)

    def finish(self, progress: Progress) -> None:
        """Say how training ended."""
        if progress.finished:
            print(f"finished: {progress.finished}")
        if progress.best is not None:
            path, figure = self.writer.folder / BEST, f"{self.training.monitor} {progress.best:.4f}"
            kept = "could not be written to" if self.writer.unwritten else "kept in"
            print(f"best epoch {progress.best_epoch}: {figure}, {kept} {path}")
        metric, target = self.training.target_metric, self.training.target_value
        if metric is not None and target is not None and progress.target_best is not None:
            met = "reached" if gain(metric, progress.target_best, target) >= 0 else "not reached"
            print(f"target {metric} {target} {met}: {progress.target_best:.4f} at best")
