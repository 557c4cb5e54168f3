"""How many processes may read data beside the loop: as many as the machine lends this one."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")  # where Linux keeps the limits of containers and batch systems
MEMBERSHIP = Path("/proc/self/cgroup")  # says which of them hold this process
MAX_WORKERS = 32  # more of them cost more memory and start-up time than they bring


def choose_workers() -> tuple[int, str]:
    """Return how many worker processes to start, and why."""
    cores = available_cores()
    #: if distributed
    cores //= int(os.environ.get("LOCAL_WORLD_SIZE", "1"))  # torchrun's processes share them
    #: endif
    workers = min(max(0, cores - 1), MAX_WORKERS)
    return workers, f"{cores} cores, less one for the loop, at most {MAX_WORKERS}"


def available_cores(cgroups: Path = CGROUPS, membership: Path = MEMBERSHIP) -> int:
    """Return how many cores this process may use: of the machine, its affinity, its container.

    A container often sees every core of its host and may use the time of a few. A limit of 2.5
    cores counts as 2, one below 1 as 1.
    """
    affinity = getattr(os, "sched_getaffinity", None)  # neither on macOS nor on Windows
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    limits = [read_limit(folder) for folder in cgroups_of(cgroups, membership)]
    return max(1, int(min([cores, *limits])))


def cgroups_of(cgroups: Path, membership: Path) -> Iterator[Path]:
    """Yield the folder of each cgroup that limits the time on cores, up to the root.

    A line of `membership` is `0::/batch/job` in version 2 and `4:cpu,cpuacct:/batch/job` in
    version 1. Inside a container the root may be its own cgroup, without the path of the host.
    """
    try:
        lines = membership.read_text().splitlines()
    except OSError:  # not on Linux
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "cpu" not in controllers.split(","):
            continue
        for name in (controllers, "cpu" if controllers else "unified"):
            folder = cgroups / name
            yield folder
            for part in Path(path.lstrip("/")).parts:
                folder /= part
                yield folder


def read_limit(folder: Path) -> float:
    """Return the cores that one cgroup grants: its quota of time over the period of that."""
    try:
        if (folder / "cpu.max").exists():  # version 2: "200000 100000", or "max 100000"
            quota, period = (folder / "cpu.max").read_text().split()
        else:
            quota = (folder / "cpu.cfs_quota_us").read_text()  # -1: no limit
            period = (folder / "cpu.cfs_period_us").read_text()
        return int(quota) / int(period) if int(quota) > 0 else math.inf
    except (OSError, ValueError):  # no such file, or no limit
        return math.inf
