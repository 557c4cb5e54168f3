"""The generated project's own loop, with all that it does while training."""

from collections.abc import Callable, Iterator
from typing import Any

from torch import Tensor

from ..job import Job, Pass, Timing


class Counted:
    """The project's own callbacks, until a number of steps is done."""

    def __init__(self, run: Any, steps: int) -> None:
        self.run, self.left = run, steps

    def __getattr__(self, name: str) -> Any:
        return getattr(self.run, name)

    def after_step(self, *arguments: Any) -> bool:
        """Do what the project does, and end the pass."""
        self.left -= 1
        return bool(self.run.after_step(*arguments)) and self.left > 0


class OnWatch:
    """The project's own loader, with a stopwatch on its batches."""

    def __init__(self, job: Job, loader: Any) -> None:
        self.job, self.loader = job, loader
        self.watch: Pass | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def batches(self, epoch: int, position: Any) -> Iterator[Any]:
        """Yield the batches of a pass."""
        self.watch = Pass(self.job, self.loader.batches(epoch, position))
        return iter(self.watch)


class Ours:
    """`loop.fit` with `callbacks.Run`: metrics, metrics.jsonl, TensorBoard, progress bar."""

    def __init__(self, job: Job, name: str, alone: bool = False) -> None:
        """Make ready to train what the job has prepared, if it is `alone`, or else its equal."""
        self.job, self.project = job, job.project
        self.project.keep_memory()
        self.until: Callable[[Any, int], Any] = Counted  # what surrounds the callbacks
        self.prepared = job.prepared
        if not alone:
            config = self.project.configure(job.place(name), job.plain, job.device.type)
            self.prepared = self.project.prepare(config)
        self.prepared.set_epsilon(job.epsilon)
        self.callbacks = self.project.open_run(self.prepared)
        self.waited = 0.0  # for samples in the last pass, by the project's own count

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        loader, before = self.prepared.train, self.prepared.train.wait_seconds
        on_watch = OnWatch(self.job, loader)
        self.counted = self.until(self.callbacks, self.job.steps)
        self.project.fit(self.prepared, on_watch, self.counted, epoch)
        assert on_watch.watch is not None
        timing = on_watch.watch.stop()
        self.waited = loader.wait_seconds - before
        return timing

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        state: dict[str, Tensor] = self.prepared.model.state_dict()
        return state
