"""What happens around the loop: logs, checkpoints, and reasons to end."""

import math
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch.profiler import profile
from tqdm import tqdm

from . import faults
from .checkpoint import BEST, Writer, capture
from .engine import Progress, TrainState, Update
from .errors import Interrupted
from .experiment import ExperimentSettings
from .perf import Meter, start_trace
from .recovery import Diverged
from .runtime import StopSignals
from .settings import TrainingSettings
from .tracking import Sink

PLAIN_SECONDS = 30  # between two lines of progress where there is no terminal


def gain(figure: str, value: float, before: float) -> float:
    """Return by how much a figure is better than it was; losses and errors are to fall."""
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
    bad_ids: list[int] = field(default_factory=list)  # samples of the last update not finite
    signals: StopSignals = field(default_factory=StopSignals)
    saved_at: float = field(default_factory=time.perf_counter)
    said_at: float = field(default_factory=time.perf_counter)
    unread: list[Update] = field(default_factory=list)  # updates that nobody has looked at
    trace: profile | None = None

    def __post_init__(self) -> None:
        """Show the progress, on a terminal only."""
        folder, each = Path(self.experiment.checkpoint_dir), self.training.accumulation_steps
        total = -(-len(self.meter.loader) // each) * self.training.num_epochs
        self.bar = tqdm(total=total, initial=self.start, desc="training", disable=None)
        self.writer = Writer(folder)
        if self.experiment.profile_updates:
            self.trace = start_trace(folder / "traces", self.experiment.profile_updates)

    def after_step(self, state: TrainState, update: Update) -> bool:
        """Log, save or end where it is due; figures leave the device at log points only."""
        faults.point("step", state.progress.step)
        self.unread.append(update)
        state.progress.seconds += self.meter.count()
        self.bar.update()
        if self.trace:
            self.trace.step()
        if state.progress.step % self.experiment.log_every == 0:
            self.log_step(state, update)
        signal, over, due = self.wishes(state.progress)
        if signal or over or due:
            self.save(state, best=bool(over) and state.progress.best is None)
        if signal:
            raise Interrupted(signal)
        if over:
            self.bar.write("training.max_training_time_hours is over")
        return not over

    def wishes(self, progress: Progress) -> list[int]:
        """Return the signal that came, whether time is over, and whether to save; 0 is no."""
        hours, minutes = self.training.max_training_time_hours, self.experiment.save_every_minutes
        over = hours is not None and progress.seconds >= hours * 3600
        due = minutes is not None and self.meter.clock - self.saved_at >= minutes * 60
        return [self.signals.received or 0, over, due]

    def count_bad(self, state: TrainState) -> None:
        """Look at the updates since the last time, and name the samples of those not finite."""
        progress, numbers = state.progress, [x for u in self.unread for x in (u.bad, u.loss_sum)]
        flags = iter(torch.stack(numbers).tolist() if numbers else [])
        for update, bad, loss in zip(self.unread, flags, flags, strict=True):
            progress.bad_updates = progress.bad_updates + 1 if bad else 0
            if bad:
                self.bad_ids = torch.cat(update.ids).tolist()
                self.bar.write(f"skipped an update that is not finite, of samples {self.bad_ids}")
            if not math.isfinite(loss):  # which was counted as 0
                state.metrics.weight.sub_(update.weight)
        self.unread.clear()

    def log_step(self, state: TrainState, update: Update) -> None:
        """Read the figures of this update off the device and write them down."""
        self.count_bad(state)
        loss_now, norm_now = torch.stack([update.loss, update.grad_norm]).tolist()
        samples = self.meter.loader.batch_size * self.training.accumulation_steps
        figures = {
            "train/loss": loss_now,
            "train/accuracy": state.metrics.compute()[state.metrics.primary],
            "train/gradient_norm": norm_now,
            "train/learning_rate": state.optimizer.param_groups[0]["lr"],
            **self.meter.read(samples),
        }
        self.write(figures, state.progress.step)
        self.bar.set_postfix_str(f"loss {loss_now:.4f}", refresh=False)
        if self.bar.disable and self.meter.clock - self.said_at > PLAIN_SECONDS:
            self.said_at = self.meter.clock
            print(f"update {state.progress.step} of {self.bar.total}  loss {loss_now:.4f}")
        if state.progress.bad_updates >= self.training.max_bad_updates:
            raise Diverged(f"training.max_bad_updates reached with the samples {self.bad_ids}")

    def write(self, figures: dict[str, float], step: int) -> None:
        """Hand figures to every place for them."""
        for sink in self.sinks:
            try:
                sink.log(figures, step)
            except OSError as error:  # a disk that is full: weights matter more than figures
                self.bar.write(f"warning: figures of {step} are lost: {error}")

    def after_epoch(self, state: TrainState, val: dict[str, float]) -> bool:
        """Judge the epoch, write it down, save it; False if training is to end."""
        self.count_bad(state)
        improved = self.judge(state, val)
        self.write_epoch(state, val)
        state.metrics.reset()
        self.stamp |= {"val_loss": val["loss"], "val_accuracy": val[state.metrics.primary]}
        due = state.progress.epoch % self.experiment.save_frequency == 0
        state.progress.seconds += self.meter.lap()
        self.save(state, best=improved, keep=self.experiment.keep_checkpoints if due else 0)
        return not state.progress.finished

    def judge(self, state: TrainState, val: dict[str, float]) -> bool:
        """Return whether this epoch is the best, and note why it is the last if it is."""
        progress, settings, figure = state.progress, self.training, self.training.monitor
        value, best = val[figure.removeprefix("val_")], progress.best
        improved = best is None or gain(figure, value, best) > settings.min_delta
        progress.bad_epochs = 0 if improved else progress.bad_epochs + 1
        if improved:
            progress.best, progress.best_epoch = value, progress.epoch
        elif settings.lr_scheduler == "plateau" and progress.bad_epochs % 4 == 0:
            state.scheduler.base_lrs = [rate / 2 for rate in state.scheduler.base_lrs]
        if settings.early_stopping and progress.bad_epochs >= settings.patience:
            progress.finished = f"{figure} has not improved for {settings.patience} epochs"
        if (metric := settings.target_metric) is not None and settings.target_value is not None:
            value, best = val[metric], progress.target_best
            if best is None or gain(metric, value, best) > 0:
                progress.target_best = value
            if settings.stop_at_target and gain(metric, value, settings.target_value) >= 0:
                progress.finished = f"{metric} is {value:.4f}"
        return improved

    def write_epoch(self, state: TrainState, val: dict[str, float]) -> None:
        """Log an epoch, counted from 0, and print it."""
        epoch, primary = state.progress.epoch - 1, state.metrics.primary
        train = state.metrics.compute()
        figures = {"epoch/learning_rate": state.optimizer.param_groups[0]["lr"]}
        for split, values in (("train", train), ("val", val)):
            named = {"accuracy": values[primary], **values}
            figures |= {f"epoch/{split}_{name}": value for name, value in named.items()}
        self.write(figures, epoch)
        for sink in self.sinks:
            sink.end_epoch(state.evaluated, epoch)
        shown = {"train_loss": train["loss"], **{f"val_{name}": x for name, x in val.items()}}
        text = "  ".join(f"{name} {value:.4f}" for name, value in shown.items())
        best = "" if state.progress.bad_epochs else "  best so far"
        self.bar.write(f"epoch {epoch + 1}/{self.training.num_epochs}  {text}{best}")

    def save(self, state: TrainState, best: bool = False, keep: int = 0) -> None:
        """Write checkpoints; what the logs hold by then is on its way first."""
        self.count_bad(state)
        lengths = {name: size for sink in self.sinks for name, size in sink.flush().items()}
        self.writer.save(capture(state) | self.stamp | {"log_lengths": lengths}, best, keep)
        self.saved_at = time.perf_counter()

    def close(self) -> None:
        """Wait for what is still on its way to a file."""
        self.bar.close()
        if self.trace:
            self.trace.stop()
        for sink in self.sinks:
            sink.flush()
        self.writer.wait()

    def finish(self, progress: Progress) -> None:
        """Say how training ended."""
        if progress.finished:
            print(f"finished: {progress.finished}")
        if progress.best is not None:
            path, figure = self.writer.folder / BEST, f"{self.training.monitor} {progress.best:.4f}"
            print(f"best epoch {progress.best_epoch}: {figure}, kept in {path}")
        metric, target = self.training.target_metric, self.training.target_value
        if metric is not None and target is not None and progress.target_best is not None:
            met = "reached" if gain(metric, progress.target_best, target) >= 0 else "not reached"
            print(f"target {metric} {target} {met}: {progress.target_best:.4f} at best")
