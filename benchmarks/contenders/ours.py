"""The generated project's own loop, with all that it does while training."""

from collections.abc import Callable
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


class Ours:
    """`engine.fit` with `run.Run`: metrics, metrics.jsonl, TensorBoard, progress bar."""

    def __init__(self, job: Job, name: str) -> None:
        self.job, self.project = job, job.project
        self.project.keep_memory()
        self.until: Callable[[Any, int], Any] = Counted  # what surrounds the callbacks
        self.prepared = self.project.prepare(
            self.project.configure(job.place(name), job.plain, job.device.type)
        )
        self.prepared.set_epsilon(job.epsilon)
        self.callbacks = self.project.open_run(self.prepared)
        self.waited = 0.0  # for samples in the last pass, by the project's own count

    def run(self, epoch: int) -> Timing:
        """Train for one pass."""
        loader, before = self.prepared.train, self.prepared.train.wait_seconds
        watches = []

        def batches(epoch: int, start: int) -> Any:
            watches.append(Pass(self.job, loader.batches(epoch, start)))
            return iter(watches[-1])

        self.counted = self.until(self.callbacks, self.job.steps)
        self.project.fit(self.prepared, batches, self.counted, epoch)
        timing = watches[0].stop()
        self.waited = loader.wait_seconds - before
        return timing

    def weights(self) -> dict[str, Tensor]:
        """Return the model's state."""
        state: dict[str, Tensor] = self.prepared.model.state_dict()
        return state
