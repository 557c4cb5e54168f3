"""A batch of each modality, and how many processes read one."""

from pathlib import Path
from typing import Any

import pytest
import torch
from stacks import images, stack

WORKERS = stack("engine", "engine/streaming").load("engine.data.workers")


@pytest.fixture(params=["image/labels", "table"])
def batch(request: pytest.FixtureRequest) -> Any:
    shape = {"image/labels": (3, 2, 2), "table": (7,)}[request.param]
    kind = stack("engine", request.param).load("batch").Batch
    return kind(torch.rand(5, *shape), torch.arange(5), torch.arange(5) + 10)


def test_a_batch_is_cut_by_samples(batch: Any) -> None:
    part = batch.cut(1, 3)
    assert type(part) is type(batch)
    assert (batch.size, part.size) == (5, 2)
    assert part.ids.tolist() == [11, 12]
    for field, whole in zip(part, batch, strict=True):
        assert field.equal(whole[1:3])
        assert field.data_ptr() == whole[1].data_ptr()  # nothing is copied
    assert batch.cut(4, 9).size == 1


def test_batches_are_joined_sample_by_sample(batch: Any) -> None:
    whole = type(batch).join([batch.cut(0, 2), batch.cut(2, 5)])
    assert type(whole) is type(batch)
    assert all(one.equal(other) for one, other in zip(whole, batch, strict=True))


def test_a_batch_moves_as_a_whole(batch: Any) -> None:
    moved = batch.to(torch.device("meta"))
    assert {field.device.type for field in moved} == {"meta"}
    assert batch.to(torch.device("cpu")).inputs is batch.inputs


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(f"{text}\n")


@pytest.fixture
def count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what counts the cores of a machine of 64, in a cgroup of some name."""
    monkeypatch.setattr("os.sched_getaffinity", lambda _: range(64), raising=False)

    def cores(*lines: str) -> int:
        membership = tmp_path / "membership"
        membership.write_text("\n".join(lines))
        found = WORKERS.available_cores(tmp_path, membership)
        assert isinstance(found, int)
        return found

    return cores


def test_a_machine_without_limits_lends_every_core(count: Any, tmp_path: Path) -> None:
    assert count("0::/") == 64
    assert WORKERS.available_cores(tmp_path, tmp_path / "nowhere") == 64


def test_affinity_counts() -> None:
    assert 1 <= WORKERS.available_cores() <= 4096


def test_limits_of_the_second_version_count_up_to_the_root(count: Any, tmp_path: Path) -> None:
    write(tmp_path / "batch/job", cpu__max="max 100000")
    assert count("0::/batch/job") == 64
    write(tmp_path / "batch", cpu__max="250000 100000")
    assert count("0::/batch/job") == 2
    assert count("0::/other") == 64
    write(tmp_path, cpu__max="50000 100000")  # as in a container, whose root is its own cgroup
    assert count("0::/other") == 1


def test_limits_of_the_first_version_count(count: Any, tmp_path: Path) -> None:
    lines = "4:cpu,cpuacct:/docker/x", "3:cpuset:/", "2:memory:/docker/x"
    write(tmp_path / "cpu,cpuacct", cpu__cfs_quota_us="-1", cpu__cfs_period_us="100000")
    assert count(*lines) == 64
    write(
        tmp_path / "cpu,cpuacct/docker/x", cpu__cfs_quota_us="1200000", cpu__cfs_period_us="100000"
    )
    assert count(*lines) == 12
    write(tmp_path / "cpu", cpu__cfs_quota_us="300000", cpu__cfs_period_us="100000")
    assert count(*lines) == 3


@pytest.mark.parametrize(
    ("cores", "processes", "workers"),
    [(1, "1", 0), (2, "1", 1), (16, "1", 15), (16, "8", 1), (256, "1", 32)],
)
def test_a_core_is_for_the_loop(
    monkeypatch: pytest.MonkeyPatch, cores: int, processes: str, workers: int
) -> None:
    monkeypatch.setattr(WORKERS, "available_cores", lambda: cores)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", processes)
    found, reason = WORKERS.choose_workers()
    assert found == workers
    assert f"{cores // int(processes)} cores" in reason


def test_the_number_of_workers_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = images("image/sources/custom")
    settings = project.load("data.settings").DataSettings
    chosen = settings(input_shape=[3, 8, 8], in_memory=False, target_columns=["shape"])
    monkeypatch.setattr(project.load("data.dataloader"), "choose_workers", lambda: (0, "1 core"))
    monkeypatch.chdir(tmp_path)
    loaders = project.load("data.dataloader").get_dataloaders(
        chosen, batch_size=8, seed=0, device=torch.device("cpu"), info=None
    )
    assert len(loaders) == 3
    assert "by 0 worker processes: 1 core" in capsys.readouterr().out
