"""How many processes read data: what affinity and container limits leave, less one for the loop."""

import os
from pathlib import Path

import pytest

from pkg.engine.data import workers
from pkg.engine.data.workers import (
    available_cores,
    choose_workers,
)


@pytest.fixture
def _many_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend to be on a machine with 64 cores, all of them allowed."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)


def cgroups(folder: Path, membership: str, **limits: str) -> tuple[Path, Path]:
    """Write cgroups; return where they are, and the file that says which one holds this process."""
    for name, text in limits.items():
        path = folder / "cgroup" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (folder / "self").write_text(membership)
    return folder / "cgroup", folder / "self"


@pytest.mark.usefixtures("_many_cores")
@pytest.mark.parametrize(
    ("limit", "cores"),
    [("max 100000", 64), ("400000 100000", 4), ("250000 100000", 2), ("50000 100000", 1)],
)
@pytest.mark.parametrize("name", ["batch/cpu.max", "batch/job/cpu.max", "cpu.max"])
def test_a_container_limits_the_cores(tmp_path: Path, name: str, limit: str, cores: int) -> None:
    assert available_cores(*cgroups(tmp_path, "0::/batch/job\n", **{name: limit})) == cores


@pytest.mark.usefixtures("_many_cores")
def test_the_first_version_of_cgroups_counts_too(tmp_path: Path) -> None:
    membership, job = "5:memory:/job\n4:cpu,cpuacct:/job\n", "cpu,cpuacct/job"
    for quota, cores in (("500000", 5), ("-1", 64)):
        limits = {f"{job}/cpu.cfs_quota_us": quota, f"{job}/cpu.cfs_period_us": "100000"}
        assert available_cores(*cgroups(tmp_path, membership, **limits)) == cores


def test_affinity_limits_the_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    assert available_cores(tmp_path, tmp_path / "nowhere") == 3


@pytest.mark.parametrize(("cores", "expected"), [(1, 0), (2, 1), (16, 15), (500, 32)])
def test_a_core_is_left_for_the_loop(
    monkeypatch: pytest.MonkeyPatch, cores: int, expected: int
) -> None:
    monkeypatch.setattr(workers, "available_cores", lambda: cores)
    found, reason = choose_workers()
    assert found == expected
    assert f"{cores} cores" in reason
