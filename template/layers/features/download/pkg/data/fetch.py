"""Brings the data to this machine: a URL is downloaded, and an archive unpacked.

Training calls `obtain`; so does `python -m pkg.data.fetch`.
"""

import sys
from dataclasses import replace
from pathlib import Path

from ..config import Config
from ..engine.cli import CONFIG, make_parser, parse
from ..engine.data.download import download
from ..engine.errors import run
from .settings import DataSettings

FOLDER = Path("data")


def obtain(settings: DataSettings) -> DataSettings:
    """Download what `data.dataset_path` leads to, if that is a URL, into `FOLDER`.

    Returns:
        The settings with the path of the file or folder on this machine.

    Raises:
        UserError: the address, the network, the disk or the archive is at fault.
    """
    if "://" not in settings.dataset_path:
        return settings
    path = download(settings.dataset_path, FOLDER)
    return replace(settings, dataset_path=str(path))


def main() -> None:
    """Download the data of configs/config.yaml."""
    command = ["--config", str(CONFIG), *sys.argv[1:]]
    config, _ = parse(make_parser(Config, main.__doc__), Config, command)
    print(f"the data are in {obtain(config.data).dataset_path}")


if __name__ == "__main__":
    run(main)
