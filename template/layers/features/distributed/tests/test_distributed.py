"""Several ranks make the same run as one, and come through what befalls one of them."""

import math
import os
import signal
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from expected import MONITOR
from interruptions import MOMENT
from ranks import LIMIT_SECONDS, in_ranks
from samples import ALONE
from short_runs import ending, folder_of, last, log_of, start
from small import SmallModel
from torch import nn
from trained_ranks import ENVIRONMENT, PlainModel, torchrun

from pkg import training
from pkg.config import Config
from pkg.engine.optim import OPTIMIZERS
from pkg.training import train

Start = Callable[..., Config]
SHARD = pytest.mark.parametrize("shard", [False, True])


@pytest.fixture
def make_plain(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Make settings of a run for which the number of ranks makes no difference."""
    monkeypatch.setattr(training, "build_model", lambda shape, num, **_: PlainModel(shape, num))
    return partial(make_config, **ALONE)


def assert_close(one: dict[str, Any], other: dict[str, Any], atol: float) -> None:
    """Compare weights and positions."""
    weights = [saved["model_state_dict"] for saved in (one, other)]
    torch.testing.assert_close(*weights, rtol=0, atol=atol)
    assert one["progress"]["step"] == other["progress"]["step"]
    assert one["progress"]["best_epoch"] == other["progress"]["best_epoch"]


class Plan:
    """Something that befalls one rank, and the samples that pass through the models of all."""

    def __init__(self, folder: str, strike: Callable[[int, str, Any], None] | None = None) -> None:
        self.folder, self.strike = Path(folder), strike
        self.folder.mkdir(exist_ok=True)

    def __call__(self, rank: int, name: str, about: Any) -> None:
        if self.strike is not None:
            self.strike(rank, name, about)
        if name == "forward":
            with (self.folder / f"seen-{rank}-{os.getpid()}").open("a") as file:
                file.write("".join(f"{number}\n" for number in about.ids.tolist()))

    def seen(self) -> list[int]:
        """Return the number of each sample as often as it was seen."""
        files = sorted(self.folder.glob("seen-*"))
        return sorted(int(line) for file in files for line in file.read_text().split())


def kill(victim: int, step: int, number: int = signal.SIGKILL) -> Callable[[int, str, Any], None]:
    """Return what sends a signal to one rank after an update."""

    def strike(rank: int, name: str, about: Any) -> None:
        if (rank, name, about) == (victim, "step", step):
            os.kill(os.getpid(), number)

    return strike


@SHARD
@pytest.mark.parametrize("accumulation", [1, 2])
def test_two_ranks_make_the_run_of_one(make_plain: Start, shard: bool, accumulation: int) -> None:
    changes = {"accumulation_steps": accumulation, "gradient_clipping": 0.5}
    one, two = make_plain("one", **changes), make_plain("two", **changes, shard=shard)
    train(one, resume=False, overwrite=False)
    assert in_ranks(2, start(two)) == [0, 0]
    assert_close(last(one), last(two), 1e-5)
    for here, there in zip(log_of(one), log_of(two), strict=True):
        assert here == pytest.approx(there, rel=1e-4, abs=1e-4)


@pytest.mark.parametrize("optimizer", sorted(OPTIMIZERS))
def test_shards_move_as_copies_do(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, optimizer: str
) -> None:
    def build(shape: list[int], num_outputs: int, **_: Any) -> nn.Module:
        model: Any = PlainModel(shape, num_outputs)
        if len(shape) == 3:  # images
            pool = nn.AdaptiveAvgPool2d(1)
            model.backbone = nn.Sequential(nn.Conv2d(shape[0], 16, 3), pool, nn.Flatten())
        made: nn.Module = model.to(memory_format=torch.channels_last)
        return made

    monkeypatch.setattr(training, "build_model", build)
    changes: dict[str, Any] = {"optimizer": optimizer}
    #: if tensorboard_enabled
    changes |= {"plot_frequency": 1, "histograms": True}
    #: endif
    copies, shards = make_config("copies", **changes), make_config("shards", **changes, shard=True)
    for config in (copies, shards):
        assert in_ranks(2, start(config)) == [0, 0]
    assert_close(last(copies), last(shards), 1e-5)


@SHARD
@pytest.mark.parametrize("step", [3, 5])
def test_a_rank_that_dies_changes_no_bit(make_config: Start, shard: bool, step: int) -> None:
    changes = {"save_every_minutes": MOMENT, "shard": shard}
    whole, killed = make_config("whole", **changes), make_config("killed", **changes)
    assert in_ranks(2, start(whole)) == [0, 0]
    codes = in_ranks(2, start(killed), Plan("seen", kill(1, step)))
    assert codes[1] == -signal.SIGKILL
    assert codes[0] != 0
    assert last(killed)["progress"]["step"] < 8
    assert in_ranks(2, start(killed, resume=True)) == [0, 0]
    assert ending(killed) == ending(whole)


@pytest.mark.parametrize(("before", "after"), [(2, 1), (1, 2), (3, 2)])
def test_other_ranks_go_on_and_see_each_sample_once_an_epoch(
    make_config: Start, before: int, after: int
) -> None:
    whole, config = make_config("whole"), make_config("other")
    plan = Plan("whole-seen")
    assert in_ranks(1, start(whole), plan) == [0]
    stopped = Plan("other-seen", kill(before - 1, 2, signal.SIGTERM))
    assert in_ranks(before, start(config), stopped) == [143] * before
    assert 2 <= last(config)["progress"]["step"] < 4
    assert in_ranks(after, start(config, resume=True), Plan("other-seen")) == [0] * after
    assert stopped.seen() == plan.seen()
    assert last(config)["progress"]["step"] == last(whole)["progress"]["step"]


@SHARD
def test_a_signal_to_one_rank_ends_all_with_a_checkpoint(make_config: Start, shard: bool) -> None:
    whole, stopped = make_config("whole", shard=shard), make_config("stopped", shard=shard)
    assert in_ranks(2, start(whole)) == [0, 0]
    plan = Plan("seen", kill(1, 2, signal.SIGINT))
    assert in_ranks(2, start(stopped), plan) == [130, 130]
    assert last(stopped)["progress"]["step"] == 3  # a request is known an update later
    assert in_ranks(2, start(stopped, resume=True)) == [0, 0]
    assert ending(stopped) == ending(whole)


@SHARD
@pytest.mark.parametrize("batch_size", [8, 7])  # slices of one size, and of two
def test_out_of_memory_on_one_rank_shrinks_the_parts_of_all(
    make_plain: Start, shard: bool, batch_size: int
) -> None:
    changes = {"shard": shard, "batch_size": batch_size, "save_every_minutes": MOMENT}
    whole, cut = make_plain("whole", **changes), make_plain("cut", **changes)

    def strike(rank: int, name: str, about: Any) -> None:
        if name == "forward" and rank == 1 and about.size > 2 and torch.is_grad_enabled():
            raise torch.OutOfMemoryError("planned")

    assert in_ranks(2, start(whole)) == [0, 0]
    codes = in_ranks(2, start(cut), Plan("seen", strike))
    assert codes[1] == 3
    assert codes[0] != 0
    assert in_ranks(2, start(cut, resume=True), Plan("seen", strike)) == [0, 0]
    assert last(cut)["progress"]["micro_batch"] == 2
    assert_close(last(cut), last(whole), 1e-6)


def test_ranks_that_run_out_of_memory_at_once_all_say_so(make_config: Start) -> None:
    config = make_config("run")

    def strike(rank: int, name: str, about: Any) -> None:
        if name == "forward" and about.size > 2 and torch.is_grad_enabled():
            raise torch.OutOfMemoryError("planned")
        if name == "replace" and about.name == "micro_batch":
            time.sleep(1 + rank)  # by then both have written their drafts

    assert in_ranks(2, start(config), Plan("seen", strike)) == [3, 3]
    assert (folder_of(config) / "micro_batch").read_text() == "2"


def test_out_of_memory_in_validation_leaves_its_metrics(make_config: Start) -> None:
    whole, cut = make_config("whole"), make_config("cut")

    def strike(rank: int, name: str, about: Any) -> None:
        measures = name == "forward" and not torch.is_grad_enabled()
        if measures and rank == 1 and about.size > 2:
            raise torch.OutOfMemoryError("planned")

    assert in_ranks(2, start(whole)) == [0, 0]
    assert in_ranks(2, start(cut), Plan("seen", strike)) == [0, 0]
    assert last(cut)[MONITOR] == pytest.approx(last(whole)[MONITOR], abs=1e-6)


def test_one_process_has_nothing_to_shard(make_config: Start) -> None:
    plain, sharded = make_config("plain"), make_config("sharded", shard=True)
    for config in (plain, sharded):
        train(config, resume=False, overwrite=False)
    assert ending(plain) == ending(sharded)


@pytest.fixture
def spoilt(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Return a list: where it is [True], nothing that the small model says is finite."""
    wanted = [False]

    def build(shape: list[int], num: int, **_: Any) -> SmallModel:
        model = SmallModel(shape, num)
        model.head.register_forward_hook(lambda *x: x[2] * math.nan if wanted[0] else None)
        return model

    monkeypatch.setattr(training, "build_model", build)
    return wanted


@SHARD
def test_a_bad_batch_on_one_rank_is_skipped_by_all(
    make_config: Start, spoilt: list[bool], shard: bool
) -> None:
    config = make_config("run", shard=shard)

    def strike(rank: int, name: str, about: Any) -> None:
        steps[0] += name == "step"
        spoilt[0] = name == "forward" and rank == 1 and steps[0] == 2 and torch.is_grad_enabled()

    steps = [0]
    assert in_ranks(2, start(config), Plan("seen", strike)) == [0, 0]
    saved = last(config)
    assert (saved["progress"]["step"], saved["progress"]["setbacks"]) == (8, 0)
    assert all(weight.isfinite().all() for weight in saved["model_state_dict"].values())


def test_torchrun_starts_all_again_where_one_died(make_config: Start) -> None:
    whole, config = make_config("whole"), make_config("run", save_every_minutes=MOMENT)
    assert in_ranks(2, start(whole)) == [0, 0]
    flags = ["--standalone", "--nproc-per-node", "2", "--max-restarts", "3"]
    command = torchrun(config, 6, *flags)
    subprocess.run(command, env=os.environ | ENVIRONMENT, check=True, timeout=LIMIT_SECONDS)
    assert ending(config) == ending(whole)


@SHARD
def test_several_bad_batches_take_all_back(
    make_config: Start, spoilt: list[bool], shard: bool
) -> None:
    config = make_config("run", shard=shard, max_bad_updates=2)
    steps = [0]

    def strike(rank: int, name: str, about: Any) -> None:
        steps[0] += name == "step"
        trains = name == "forward" and torch.is_grad_enabled()
        # Steps are counted on, so that none is bad twice.
        spoilt[0] = trains and rank == 1 and steps[0] in (5, 6)

    assert in_ranks(2, start(config), Plan("seen", strike)) == [0, 0]
    saved = last(config)
    assert (saved["progress"]["step"], saved["progress"]["setbacks"]) == (8, 1)


#: if has_backbone
@SHARD
def test_a_frozen_backbone_holds_nobody_up(make_plain: Start, shard: bool) -> None:
    changes = {"freeze_epochs": 1, "num_epochs": 3}
    one, two = make_plain("one", **changes), make_plain("two", **changes, shard=shard)
    train(one, resume=False, overwrite=False)
    assert in_ranks(2, start(two)) == [0, 0]
    assert_close(last(one), last(two), 1e-5)


#: endif
def test_too_few_samples_for_the_ranks_are_refused(make_config: Start) -> None:
    assert in_ranks(2, start(make_config("run", batch_size=3))) == [2, 2]
    assert not Path("run/checkpoints").exists()
