"""The picture of the first training batches: what the model sees, in every run's folder."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from augmenting import AUGMENTATION, MIXING
from PIL import Image
from short_runs import ending, folder_of, train_until

from pkg.config import Config
from pkg.data import batch_pictures
from pkg.data.batch_pictures import (
    COLUMNS,
    NAME,
    draw_batches,
    to_bytes,
)
from pkg.data.dataloader import get_dataloaders
from pkg.training import train

Start = Callable[..., Config]


def picture_of(config: Config) -> Image.Image:
    return Image.open(folder_of(config) / NAME)


def test_a_run_begins_with_a_picture(make_config: Start) -> None:
    config = make_config("run", augmentation=AUGMENTATION + MIXING)
    train(config, resume=False, overwrite=False)
    first, pixels = (folder_of(config) / NAME).read_bytes(), np.array(picture_of(config))
    assert pixels.shape[2] == 3
    height, width = pixels.shape[0] // 4, pixels.shape[1] // COLUMNS
    tiles = [
        pixels[y : y + height, x : x + width]
        for y in range(0, 4 * height, height)
        for x in range(0, COLUMNS * width, width)
    ]
    assert len({tile.tobytes() for tile in tiles}) == 16  # each image once
    train(config, resume=False, overwrite=True)
    assert (folder_of(config) / NAME).read_bytes() == first


def test_images_are_those_that_the_model_sees(make_config: Start) -> None:
    config = make_config("run", augmentation=[])
    options: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": torch.device("cpu")}
    loader = get_dataloaders(config.data, **options)[0]
    [raw] = loader.source.read([loader.ids[:8]])
    shown = to_bytes(loader.prepare(raw, 0).inputs, loader.info)
    height, width = shown.shape[1:3]
    margins = [
        (one - other) // 2 for one, other in zip(raw.inputs.shape[2:], (height, width), strict=True)
    ]
    kept = raw.inputs[:, :3, margins[0] : margins[0] + height, margins[1] : margins[1] + width]
    assert shown.equal(kept.expand(-1, 3, -1, -1).movedim(1, -1))
    few = draw_batches([loader.prepare(raw, 0).cut(0, 5)], loader.info)
    assert few.size[1] / few.size[0] == pytest.approx(2 / COLUMNS, abs=0.1)


def test_a_picture_that_fails_ends_nothing_and_changes_nothing(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, broken = make_config("whole"), make_config("broken")
    train(whole, resume=False, overwrite=False)

    def fail(*arguments: object) -> Image.Image:
        raise ValueError("no ink")

    monkeypatch.setattr(batch_pictures, "mark", fail)
    train(broken, resume=False, overwrite=False)
    assert f"warning: {NAME}: ValueError: no ink" in capsys.readouterr().out
    assert not (folder_of(broken) / NAME).exists()
    assert ending(broken) == ending(whole)


def test_a_resumed_run_keeps_its_picture(make_config: Start) -> None:
    config = make_config("killed", save_every_minutes=1e-9)
    assert train_until(2, config) == -signal.SIGKILL
    path: Path = folder_of(config) / NAME
    first = path.stat().st_mtime_ns
    train(config, resume=True, overwrite=False)
    assert path.stat().st_mtime_ns == first
