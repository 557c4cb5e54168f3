"""Two hosts, as two network namespaces: they train, and one goes on when the other is lost."""

import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml

from tools.render import Render

LIMIT_SECONDS = 300  # by then hosts that wait for each other in vain have failed
HOSTS = {"kept": "10.77.13.1", "lost": "10.77.13.2"}
WORKER = Path(__file__).with_name("worker.py")
DATA = {
    "dataset_path": "synthetic",
    "train_val_test_split": [0.6, 0.2, 0.2],
    "max_samples": None,
    "input_shape": [3, 16, 16],
    "num_workers": 0,
    "class_names": None,
}
TRAINING = {"num_epochs": 2, "batch_size": 8, "accumulation_steps": 1, "device": "cpu"}
TRAINING |= {"early_stopping": False, "mixed_precision": False}


def ip(*arguments: str) -> None:
    """Change the network."""
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


@pytest.fixture
def _hosts() -> Iterator[None]:
    """Make two namespaces that see each other, or say why that cannot be."""
    try:
        for name in HOSTS:
            ip("netns", "add", f"mldl-{name}")
        ip("link", "add", "mldl-kept", "type", "veth", "peer", "name", "mldl-lost")
        for name, address in HOSTS.items():
            ip("link", "set", f"mldl-{name}", "netns", f"mldl-{name}")
            inside = ("-n", f"mldl-{name}")
            ip(*inside, "address", "add", f"{address}/24", "dev", f"mldl-{name}")
            ip(*inside, "link", "set", f"mldl-{name}", "up")
            ip(*inside, "link", "set", "lo", "up")
    except (OSError, subprocess.CalledProcessError) as error:
        remove_hosts()
        reason = f"NOT TESTED, two hosts: {getattr(error, 'stderr', None) or error}"
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    yield
    remove_hosts()


def remove_hosts() -> None:
    """Remove the namespaces; the pair of links goes with them."""
    for name in HOSTS:
        subprocess.run(["ip", "netns", "del", f"mldl-{name}"], capture_output=True)


def start(host: str, project: Path, folder: Path, settings: Path) -> subprocess.Popen[bytes]:
    """Start torchrun on a host, in a session of its own."""
    command = ["ip", "netns", "exec", f"mldl-{host}", sys.executable, "-m", "torch.distributed.run"]
    command += ["--nnodes", "1:2", "--nproc-per-node", "1", "--max-restarts", "3"]
    command += ["--rdzv-backend", "c10d", "--rdzv-endpoint", f"{HOSTS['kept']}:29477"]
    command += ["--rdzv-id", "hosts", "--local-addr", HOSTS[host]]
    rendezvous = f"is_host={int(host == 'kept')},last_call_timeout=20"
    command += ["--rdzv-conf", rendezvous, str(WORKER), str(settings)]
    environment = os.environ | {
        "HOST": host,
        "GLOO_SOCKET_IFNAME": f"mldl-{host}",
        "OMP_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": f"{project}:{project / 'tests'}",
    }
    return subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True)


def write_settings(project: Path, folder: Path) -> Path:
    """Write the settings of a run of eight updates that are all saved."""
    written = yaml.safe_load((project / "configs/config.yaml").read_text())
    written["data"] |= DATA
    written["training"] |= TRAINING
    written["experiment"] |= {"save_every_minutes": 1e-9, "plot_frequency": 0, "log_every": 1}
    settings = folder / "settings.yaml"
    settings.write_text(yaml.safe_dump(written))
    return settings


def last(folder: Path) -> dict[str, Any]:
    """Return the last checkpoint of a run."""
    saved: dict[str, Any] = torch.load(folder / "checkpoints/last.pt", weights_only=True)
    return saved


@pytest.mark.usefixtures("_hosts")
def test_a_host_is_lost_and_the_other_goes_on(make: Render, tmp_path: Path) -> None:
    project = make(tmp_path / "mine", architecture="custom", distributed=True)
    alone, both = tmp_path / "alone", tmp_path / "both"
    for folder in (alone, both):
        folder.mkdir()
    assert start("kept", project, alone, write_settings(project, alone)).wait(LIMIT_SECONDS) == 0
    settings = write_settings(project, both)
    running = {host: start(host, project, both, settings) for host in HOSTS}
    try:
        deadline = time.monotonic() + LIMIT_SECONDS
        while not (both / "reached").exists():
            assert time.monotonic() < deadline, "the hosts do not train"
            assert all(process.poll() is None for process in running.values())
            time.sleep(0.1)
        os.killpg(running["lost"].pid, signal.SIGSTOP)  # so that nothing is started again
        in_host = ["ip", "netns", "pids", "mldl-lost"]
        pids = subprocess.run(in_host, check=True, capture_output=True, text=True).stdout.split()
        for pid in pids:
            os.kill(int(pid), signal.SIGKILL)
        assert running["kept"].wait(LIMIT_SECONDS) == 0
    finally:
        for process in running.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    one, other = last(alone), last(both)
    assert len(one["rng_state"]["cpu"]) > 0
    assert other["progress"]["step"] == one["progress"]["step"] == 8
    weights = [saved["model_state_dict"] for saved in (one, other)]
    torch.testing.assert_close(*weights, rtol=0, atol=1e-5)
