"""Runs of a moment: how they are disturbed, and what they end with."""

import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import project
from faulty.config import Config
from faulty.data.settings import DataSettings
from faulty.engine import faults, files, lock
from faulty.engine.settings import ExperimentSettings, TrainingSettings
from faulty.models.settings import ModelSettings
from faulty.task.settings import TaskSettings
from faulty.training import train
from interruptions import in_child, outcome
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

SHORT = "FAULTS_SHORT" in os.environ  # a part of the trials, for every day
MOMENT = 1e-9  # minutes between two saves: all updates are saved
LIMIT_SECONDS = 600  # a child that hangs is killed, and fails its test
KILLED = -signal.SIGKILL
Plan = Callable[[str, Any], None]
T = TypeVar("T")

BASE = Config(
    DataSettings(
        dataset_path=str(project.IMAGES),
        input_shape=[1, 8, 8],
        train_val_test_split=[0.6, 0.2, 0.2],
        augmentation=["random_crop"],
    ),
    ModelSettings(num_layers=1, hidden_dim=8, dropout=0.2),
    TaskSettings(),
    TrainingSettings(
        batch_size=16,  # two updates an epoch, of 16 samples and 14
        num_epochs=2,
        learning_rate=0.03,
        gradient_clipping=1.0,
        ema_decay=0.5,
        device="cpu",
        mixed_precision=False,
        early_stopping=True,
        target_metric="accuracy",
        target_value=1.0,
    ),
    ExperimentSettings(
        plot_frequency=0, log_every=1, keep_checkpoints=1, save_every_minutes=MOMENT
    ),
)

FOUR: dict[str, Any] = {"batch_size": 8, "save_every_minutes": None, "lr_scheduler": "plateau"}


class Whole(NamedTuple):
    """A run that nothing disturbed."""

    config: Config
    ending: dict[str, Any]
    points: list[tuple[str, str]]  # of the hook, as they were passed: a name and a file

    def count(self, name: str, *apart: str) -> int:
        """Count the points of a name; with files to leave out, only from the first update on."""
        names = [point for point, _ in self.points]
        points = self.points[names.index("step") :] if apart else self.points
        return sum(point == name and file not in apart for point, file in points)


@dataclass
class At:
    """A plan: act at the n-th point of a name, once or at all from there on."""

    name: str
    number: int
    action: Callable[[], object]
    lasting: bool = False
    seen: int = field(default=0, init=False)

    def __call__(self, name: str, about: object) -> None:
        if name == self.name:
            self.seen += 1
            if self.seen == self.number or (self.lasting and self.seen > self.number):
                self.action()


def make_config(run: Path | str, **changes: Any) -> Config:
    """Return the settings of a run with its folders in `run`, and others of any section."""
    places = {"checkpoint_dir": f"{run}/checkpoints", "tensorboard_log_dir": f"{run}/logs"}
    changes = places | changes
    sections = {
        name: replace(section, **{key: changes.pop(key) for key in {*changes} & {*vars(section)}})
        for name, section in vars(BASE).items()
    }
    assert not changes, "no such setting"
    return Config(**sections)


def kill() -> None:
    """End this process as a crash does."""
    os.kill(os.getpid(), signal.SIGKILL)


def together(*plans: Plan) -> Plan:
    """Let several plans strike."""

    def plan(name: str, about: Any) -> None:
        for each in plans:
            each(name, about)

    return plan


def some(items: Sequence[T], most: int) -> Sequence[T]:
    """Return all items, or in the short form `most` of them, evenly spread, with the last."""
    return items[:: -1 if not SHORT else -max(1, len(items) // most)][::-1]


def run_child(
    config: Config,
    plan: Plan | None = None,
    resume: bool = False,
    before: Callable[[], object] = int,
    **options: Any,
) -> int:
    """Train in a process of its own; what it says goes to a file. Return its exit code."""

    def action() -> None:
        signal.alarm(LIMIT_SECONDS)
        sys.stdout = sys.stderr = said_path(config).open("a", buffering=1)
        faults.plan = plan
        before()
        train(config, resume, overwrite=False, **options)

    return in_child(action)


def said_path(config: Config) -> Path:
    """Return the file with what a run said, beside its logs."""
    path = Path(config.experiment.tensorboard_log_dir).with_suffix(".txt")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def folder_of(config: Config) -> Path:
    """Return the folder of checkpoints."""
    return Path(config.experiment.checkpoint_dir)


def contents(config: Config) -> dict[str, bytes]:
    """Return every file of the folder but its lock, which says who used it last."""
    paths = [path for path in folder_of(config).iterdir() if path.name != lock.NAME]
    return {path.name: path.read_bytes() for path in paths}


def undisturbed(config: Config) -> Whole:
    """Train to the end, counting points."""
    points: list[tuple[str, str]] = []
    faults.plan = lambda name, about: points.append((name, getattr(about, "name", "")))
    train(config, resume=False, overwrite=False)
    faults.plan = None
    return Whole(config, ending(config), points)


def finish(config: Config, killed: Sequence[Plan], whole: Whole) -> None:
    """Kill a run by each plan in turn, resume it to its end, and compare that with the whole."""
    for number, plan in enumerate(killed):
        code = run_child(config, plan, resume=number > 0)
        assert code in (KILLED, 0), said_path(config).read_text()
    code = run_child(config, resume=bool(killed))
    assert code == 0, said_path(config).read_text()
    assert differences(config, whole) == []


def differences(config: Config, whole: Whole) -> list[str]:
    """Name everything in which a run ended otherwise than the whole one."""
    found = ending(config)
    names = {**found, **whole.ending}
    return [f"{n}: {found.get(n)}" for n in names if found.get(n) != whole.ending.get(n)]


def ending(config: Config) -> dict[str, Any]:
    """Return all bits that a run left, and check that its files are whole and none is a draft."""
    folder = folder_of(config)
    names = {path.name for path in folder.iterdir()}
    assert not {name for name in names if name.endswith(files.DRAFT)}, names
    checkpoints = {name for name in names if name.endswith(".pt")}
    assert all(files.is_whole(folder / name) for name in checkpoints), checkpoints
    splits = sha256((folder / "splits.csv").read_bytes()).hexdigest()
    return outcome(folder) | {"splits": splits} | scalars(config)


def logged(config: Config, name: str) -> dict[int, float | None]:
    """Return what metrics.jsonl says of one tag, by step."""
    lines = (folder_of(config) / "metrics.jsonl").read_text().splitlines()
    return {line["step"]: line[name] for line in map(json.loads, lines) if name in line}


def scalars(config: Config) -> dict[str, list[tuple[int, float]]]:
    """Return (step, value) of what TensorBoard shows, but for what a clock measured."""
    folder = config.experiment.tensorboard_log_dir
    events = EventAccumulator(folder, purge_orphaned_data=False)
    events.Reload()
    tags = [tag for tag in events.Tags()["scalars"] if not tag.startswith("perf/")]
    return {tag: sorted((e.step, e.value) for e in events.Scalars(tag)) for tag in tags}
