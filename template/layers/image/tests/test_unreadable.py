"""Images that cannot be read: noted and replaced, or too many of them."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from pkg.config import Config
from pkg.data import dataloader
from pkg.data.dataloader import SplitLoader, get_dataloaders
from pkg.engine.errors import UserError

Start = Callable[..., Config]
CPU = torch.device("cpu")


def open_broken(
    config: Config, monkeypatch: pytest.MonkeyPatch, broken: tuple[str, ...]
) -> tuple[SplitLoader, ...]:
    """Return loaders of data in which the images of these names cannot be read."""
    load, manifest = vars(dataloader)["load_samples"], Path("run/splits.csv").absolute()
    manifest.parent.mkdir(exist_ok=True)

    def load_broken(settings: Any) -> Any:
        samples = load(settings)

        def read(name: str) -> Any:
            if name in broken:
                raise OSError("broken data stream")
            return samples.read(name)

        return replace(samples, read=read)

    monkeypatch.setattr(dataloader, "load_samples", load_broken)
    return get_dataloaders(config.data, batch_size=8, seed=0, device=CPU, manifest=manifest)


@pytest.mark.parametrize("in_memory", [True, False])
def test_a_broken_image_is_noted_and_another_of_its_split_is_used(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    scale: dict[str, Any] = {"normalization_mean": [0.5] * 3, "normalization_std": [0.2] * 3}
    changes = {"in_memory": in_memory, "max_unreadable": 0.1, "augmentation": [], **scale}
    config = make_config("run", **changes)
    whole = open_broken(config, monkeypatch, ())
    first, second = whole[0].ids.tolist()[:2]
    name = f"synthetic_{first:02}"
    loaders = open_broken(config, monkeypatch, (name,))
    good, found = (
        {int(b.ids[i]): b.cut(i, i + 1) for b in train.batches() for i in range(b.size)}
        for train in (whole[0], loaders[0])
    )
    assert good.keys() == found.keys()  # as many, under the same numbers
    assert found[first].inputs.equal(good[second].inputs)
    torch.testing.assert_close(found[first].targets, good[second].targets)
    with Path("run/quarantine.csv").open(newline="") as file:
        [(noted, number, reason)] = csv.reader(file)
    assert (noted, number) == (name, str(first))
    assert "broken data stream" in reason


@pytest.mark.parametrize("workers", [0, 2])
def test_too_many_broken_images_are_an_error_in_one_line(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    config = make_config("run", in_memory=False, num_workers=workers, max_unreadable=0.1)
    names = tuple(f"synthetic_{i:02}" for i in range(0, 50, 2))

    def read_all() -> None:
        for loader in open_broken(config, monkeypatch, names):
            list(loader.batches())

    with pytest.raises(UserError, match=r"data\.max_unreadable: more than 5 of 50") as refused:
        read_all()
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("in_memory", [True, False])
def test_what_training_tolerates_evaluation_does_too(
    make_config: Start,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    in_memory: bool,
) -> None:
    data = make_config("run", in_memory=in_memory, max_unreadable=0.02).data
    open_broken(make_config("run", max_unreadable=0.02), monkeypatch, ("synthetic_07",))
    options: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": CPU, "whole": True}
    for _ in range(2):
        capfd.readouterr()
        assert len(list(get_dataloaders(data, **options)[-1].batches())) == 7
        assert "warning: left out: image synthetic_07: " in capfd.readouterr().out
    with pytest.raises(UserError, match=r"more than 0 of 50 .*synthetic_07"):
        list(get_dataloaders(replace(data, max_unreadable=0.0), **options)[-1].batches())


def test_a_split_of_broken_images_is_an_error(
    make_config: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config("run", in_memory=True, max_unreadable=0.9)
    val = get_dataloaders(config.data, batch_size=8, seed=0, device=CPU)[1].ids.tolist()
    with pytest.raises(UserError, match=r"a whole split is broken.*broken data stream"):
        open_broken(config, monkeypatch, tuple(f"synthetic_{i:02}" for i in val))
