"""What happens around the loop: logs, checkpoints, and reasons to end."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tqdm import tqdm

from . import faults
from .checkpoint import BEST, Writer, capture
from .errors import GaveUp, Interrupted
from .lock import release
from .perf import Meter, start_trace
from .recovery import Diverged
from .resume import measured
from .runtime import StopSignals
from .settings import ExperimentSettings, TrainingSettings
from .state import Progress, TrainState, Update
from .tracking import Sink

PLAIN_SECONDS = 30  # between two lines of progress where there is no terminal


class StopRequest(NamedTuple):
    """Why an update may be followed by a checkpoint, or be the last."""

    signal: int  # that was received; 0: none
    time_over: bool  # training.max_training_time_hours
    save_due: bool  # experiment.save_every_minutes


def improvement(value: float, before: float, higher_is_better: bool) -> float:
    """Return by how much a metric is better than it was; negative if it is worse."""
    if math.isnan(before):  # any number is better
        return math.nan if math.isnan(value) else math.inf
    return value - before if higher_is_better else before - value


@dataclass
class Run:
    """The loop's callbacks."""

    training: TrainingSettings
    experiment: ExperimentSettings
    sinks: list[Sink]
    stamp: dict[str, Any]  # what every checkpoint holds beside the state
    meter: Meter
    higher_is_better: Mapping[str, bool]  # of every metric by its name
    start: int  # updates done before
    total: int | None  # updates of the whole run, where that is known
    signals: StopSignals = field(default_factory=StopSignals)
    unread: list[Update] = field(default_factory=list)  # updates that nobody has looked at
    warnings: set[str] = field(default_factory=set)  # that were printed

    def __post_init__(self) -> None:
        """Show the progress, on a terminal only."""
        self.bar = tqdm(total=self.total, initial=self.start, desc="training", disable=None)
        self.writer = Writer(Path(self.experiment.checkpoint_dir))
        self.saved_at = self.printed_at = self.meter.clock
        count = self.experiment.profile_updates
        self.trace = start_trace(self.writer.folder / "traces", count) if count else None

    def after_step(self, state: TrainState, update: Update) -> bool:
        """Log, save or end where it is due; metrics leave the device at log points only."""
        faults.point("step", state.progress.step)
        self.unread.append(update)
        state.progress.seconds += self.meter.count(sum(map(len, update.ids)))
        self.bar.update()
        if self.trace:
            with self.warned("experiment.profile_updates"):
                self.trace.step()
        if state.progress.step % self.experiment.log_every == 0:
            self.log_step(state, update)
        request = self.stop_request(state.progress)
        if any(request):
            self.save(state, best=request.time_over and state.progress.best is None)
        if request.time_over:
            self.bar.write("training.max_training_time_hours is over")
        return not (request.signal or request.time_over)

    def stop_request(self, progress: Progress) -> StopRequest:
        """Return what asks for a checkpoint or for the end."""
        hours, minutes = self.training.max_training_time_hours, self.experiment.save_every_minutes
        return StopRequest(
            signal=self.signals.received or 0,
            time_over=hours is not None and progress.seconds >= hours * 3600,
            save_due=minutes is not None and self.meter.clock - self.saved_at >= minutes * 60,
        )

    def check_updates(self, state: TrainState) -> None:
        """Look at the updates since the last time.

        Raises:
            Diverged: too many in a row were not finite.
            GaveUp: and that after too many setbacks.
        """
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
                reason = f"training.max_bad_updates reached with the samples {ids}"
                if progress.setbacks >= self.training.max_setbacks:
                    raise GaveUp(f"{reason}: lower training.learning_rate, or look at them")
                raise Diverged(reason, progress.setbacks + 1)
        self.unread.clear()

    def log_step(self, state: TrainState, update: Update) -> None:
        """Read the scalars of this update off the device and write them down."""
        self.check_updates(state)
        names = list(update.scalars)
        values = torch.stack([total / over for total, over in update.scalars.values()]).tolist()
        state.progress.seconds += self.meter.count(0)  # of waiting for the device
        scalars: dict[str, float] = {}
        with self.warned("metrics of the training split"):
            scalars = {f"train/{name}": x for name, x in state.metrics.compute().items()}
        scalars |= {f"train/{name}": x for name, x in zip(names, values, strict=True)}
        for phase in state.phases:
            prefix = f"{phase.name}_" if len(state.phases) > 1 else ""
            scalars[f"train/{prefix}learning_rate"] = phase.optimizer.param_groups[0]["lr"]
        with self.warned("perf metrics"):
            scalars |= self.meter.read()
        self.each_sink(lambda sink: sink.log(scalars, state.progress.step))
        loss = f"{names[0]} {values[0]:.4f}"
        self.bar.set_postfix_str(loss, refresh=False)
        if self.bar.disable and self.meter.clock - self.printed_at > PLAIN_SECONDS:
            self.printed_at = self.meter.clock
            of = f" of {self.total}" if self.total else ""
            print(f"update {state.progress.step}{of}  {loss}")

    def each_sink(self, act: Callable[[Sink], None]) -> None:
        """Let every sink act; whatever one raises, the training goes on."""
        for sink in self.sinks:
            with self.warned(type(sink).__name__):
                act(sink)

    @contextmanager
    def warned(self, what: str) -> Iterator[None]:
        """Turn whatever drawing, logging or counting raises into a warning, once a reason."""
        try:
            yield
        except Exception as error:  # of any library: the weights matter more
            warning = f"warning: {what}: {type(error).__name__}: {error}"
            if warning not in self.warnings:
                self.warnings.add(warning)
                self.bar.write(warning)

    def after_epoch(self, state: TrainState, val: dict[str, float]) -> bool:
        """Judge the epoch, write it down, save it; False if training is to end."""
        self.check_updates(state)
        improved = self.judge(state, val)
        self.write_epoch(state, val)
        state.metrics.reset()
        self.stamp |= {f"val_{name}": value for name, value in val.items()}
        due = state.progress.epoch % self.experiment.save_frequency == 0
        self.save(state, best=improved, keep=self.experiment.keep_checkpoints if due else 0)
        return not state.progress.finished

    def judge(self, state: TrainState, val: dict[str, float]) -> bool:
        """Return whether this epoch is the best, and note why it is the last if it is."""
        progress, settings = state.progress, self.training
        improved = True
        if settings.monitor is not None:
            improved = self.follow(progress, measured(val, "monitor", settings.monitor))
        stale = progress.bad_epochs % ((settings.patience + 1) // 2) == 0
        if settings.lr_scheduler == "plateau" and stale and not improved:
            for phase in state.phases:
                phase.scheduler.base_lrs = [rate / 2 for rate in phase.scheduler.base_lrs]
        if settings.early_stopping and progress.bad_epochs >= settings.patience:
            reason = f"{settings.monitor} has not improved for {settings.patience} epochs"
            progress.finished = reason
        if (metric := settings.target_metric) is not None and settings.target_value is not None:
            value, best = measured(val, "target_metric", metric), progress.target_best
            higher = self.higher_is_better[metric]
            better = best is None or improvement(value, best, higher) > 0
            progress.target_best = value if better else best
            reached = improvement(value, settings.target_value, higher) >= 0
            if settings.stop_at_target and reached:
                progress.finished = f"{metric} is {value:.4f}"
        return improved

    def follow(self, progress: Progress, value: float) -> bool:
        """Return whether the monitored metric has improved, and note it."""
        name = str(self.training.monitor).removeprefix("val_")
        change = math.inf
        if progress.best is not None:
            change = improvement(value, progress.best, self.higher_is_better[name])
        improved = change > self.training.min_delta
        progress.bad_epochs = 0 if improved else progress.bad_epochs + 1
        if improved:
            progress.best, progress.best_epoch = value, progress.epoch
        return improved

    def write_epoch(self, state: TrainState, val: dict[str, float]) -> None:
        """Log an epoch, counted from 0, and print it."""
        epoch, train = state.progress.epoch - 1, dict[str, float]()
        with self.warned("metrics of the training split"):
            train = state.metrics.compute()
        scalars = {"epoch/learning_rate": state.phases[0].optimizer.param_groups[0]["lr"]}
        for split, values in (("train", train), ("val", val)):
            scalars |= {f"epoch/{split}_{name}": value for name, value in values.items()}
        self.each_sink(lambda sink: sink.log(scalars, epoch))
        self.draw(state, epoch)
        shown = {f"train_{name}": x for name, x in train.items() if name == "loss"}
        shown |= {f"val_{name}": x for name, x in val.items()}
        text = "  ".join(f"{name} {value:.4f}" for name, value in shown.items())
        best = "" if state.progress.bad_epochs else "  best so far"
        self.bar.write(f"epoch {epoch + 1}/{self.training.num_epochs}  {text}{best}")

    def draw(self, state: TrainState, epoch: int) -> None:
        """Let every sink draw the model of an epoch, counted from 0."""
        self.each_sink(lambda sink: sink.end_epoch(state.evaluated, epoch))

    def save(self, state: TrainState, best: bool = False, keep: int = 0) -> None:
        """Write checkpoints; what the logs hold by then is on its way first."""
        self.check_updates(state)
        state.progress.seconds += self.meter.lap()  # of validation
        self.each_sink(lambda sink: sink.flush())
        lengths = {x.name: x.stat().st_size for sink in self.sinks for x in sink.files()}
        self.writer.save(capture(state) | self.stamp | {"log_lengths": lengths}, best, keep)
        state.progress.seconds += self.meter.lap()
        self.meter.begin()
        self.saved_at = self.meter.clock

    def close(self) -> None:
        """Wait for what is still on its way to a file.

        Raises:
            Interrupted: a signal asked for the end.
        """
        self.signals.give_back()
        self.bar.close()
        if self.trace:
            with self.warned("experiment.profile_updates"):
                self.trace.stop()
        self.each_sink(lambda sink: sink.flush())
        self.writer.wait()
        release(self.writer.folder.resolve())
        if self.signals.received:  # whatever ended the loop
            raise Interrupted(self.signals.received)

    def finish(self, progress: Progress) -> None:
        """Print how training ended."""
        if progress.finished:
            print(f"finished: {progress.finished}")
        if progress.best is not None:
            path, best = self.writer.folder / BEST, f"{self.training.monitor} {progress.best:.4f}"
            kept = "could not be written to" if self.writer.unwritten else "kept in"
            print(f"best epoch {progress.best_epoch}: {best}, {kept} {path}")
        metric, target = self.training.target_metric, self.training.target_value
        if metric is not None and target is not None and progress.target_best is not None:
            gained = improvement(progress.target_best, target, self.higher_is_better[metric])
            met = "reached" if gained >= 0 else "not reached"
            print(f"target {metric} {target} {met}: {progress.target_best:.4f} at best")
