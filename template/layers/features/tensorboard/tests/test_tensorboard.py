"""What a run writes for TensorBoard, read back."""

import os
import signal
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
from expected import TRAIN_METRICS, VAL_METRICS
from interruptions import in_child
from short_runs import folder_of, last, start, train_until
from small import TERMS
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from pkg.config import Config
from pkg.engine.callbacks import Run
from pkg.engine.errors import UserError
from pkg.engine.state import TrainState
from pkg.training import train

Start = Callable[..., Config]
TAGS = {f"epoch/train_{name}" for name in TRAIN_METRICS}
TAGS |= {f"epoch/val_{name}" for name in VAL_METRICS} | {"epoch/learning_rate"}
TAGS |= {f"train/{name}" for name in ("learning_rate", "gradient_norm", *TRAIN_METRICS, *TERMS)}


def read(config: Config) -> dict[str, list[tuple[int, float]]]:
    """Return (step, value) of all scalars that no clock measured, as they were written."""
    events = EventAccumulator(config.experiment.tensorboard_log_dir, purge_orphaned_data=False)
    events.Reload()
    tags = [tag for tag in events.Tags()["scalars"] if not tag.startswith("perf/")]
    return {tag: sorted((e.step, e.value) for e in events.Scalars(tag)) for tag in tags}


def test_scalars_are_under_their_names_and_steps(make_config: Start) -> None:
    config = make_config("run", log_every=2)
    train(config, resume=False, overwrite=False)
    found = read(config)
    assert found.keys() == TAGS
    for tag, values in found.items():
        steps = [0, 1] if tag.startswith("epoch/") else [2, 4, 6, 8]
        assert [step for step, _ in values] == steps, tag


def test_no_step_comes_twice_after_a_resume(make_config: Start) -> None:
    whole, killed = make_config("whole"), make_config("killed")
    train(whole, resume=False, overwrite=False)
    save = Run.save

    def end(self: Run, state: TrainState, best: bool = False, keep: int = 0) -> None:
        if state.progress.epoch == 2:  # all is logged, but the checkpoint is of epoch 1
            for sink in self.sinks:
                sink.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        save(self, state, best, keep)

    with patch.object(Run, "save", end):
        assert in_child(start(killed)) == -signal.SIGKILL
    train(killed, resume=True, overwrite=False)
    train(killed, resume=True, overwrite=False)  # a finished run adds nothing
    assert read(killed) == read(whole)


def test_a_run_that_was_moved_goes_on_in_its_own_files(make_config: Start) -> None:
    whole, before, after = (make_config(run) for run in ("whole", "before", "after"))
    train(whole, resume=False, overwrite=False)
    assert train_until(6, before) == -signal.SIGKILL
    Path("before").rename("after")
    train(after, resume=True, overwrite=False)
    assert read(after) == read(whole)


def test_a_folder_for_logs_that_cannot_be_is_refused_and_the_run_stays(make_config: Start) -> None:
    config = make_config("run")
    train(config, resume=False, overwrite=False)
    Path("notes").write_text("not a folder")
    other = make_config("run", tensorboard_log_dir="notes")
    with pytest.raises(UserError, match=r"experiment\.tensorboard_log_dir: .*notes: "):
        train(other, resume=False, overwrite=True)
    assert last(config)["epoch"] == 2


@pytest.mark.parametrize("epochs", [0, 1])
def test_plots_and_histograms_come_where_asked_for(make_config: Start, epochs: int) -> None:
    config = make_config("run", plot_frequency=epochs, histograms=bool(epochs))
    train(config, resume=False, overwrite=False)
    events = EventAccumulator(config.experiment.tensorboard_log_dir)
    tags = events.Reload().Tags()
    assert bool(tags["images"]) == bool(epochs)
    pictures = {f"train/{path.stem}" for path in folder_of(config).glob("*.png")}
    assert not epochs or pictures <= {*tags["images"]}
    assert ("epoch/weights/head.1.weight" in tags["histograms"]) == bool(epochs)


def test_the_folder_of_another_run_is_refused_and_left_alone(make_config: Start) -> None:
    one, two = make_config("one"), make_config("two", tensorboard_log_dir="one/logs")
    train(one, resume=False, overwrite=False)
    alone = {path: path.read_bytes() for path in Path("one/logs").iterdir()}
    with pytest.raises(UserError, match=r"experiment\.tensorboard_log_dir: .*another"):
        train(two, resume=False, overwrite=False)
    assert {path: path.read_bytes() for path in Path("one/logs").iterdir()} == alone
    before = read(one)
    train(one, resume=False, overwrite=True)
    assert read(one) == before  # those of the first try are gone
