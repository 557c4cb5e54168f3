"""What is found out about the images: once for a training, and by the doctor's command."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from samples import load_synthetic

from pkg.config import Config
from pkg.data import dataloader, doctor
from pkg.data.dataloader import get_dataloaders, read_inputs
from pkg.data.schema import Schema

Start = Callable[..., Config]
OPTIONS: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": torch.device("cpu")}


def test_training_says_what_it_found_in_one_line(
    make_config: Start, capsys: pytest.CaptureFixture[str]
) -> None:
    data = make_config("run").data
    train = get_dataloaders(data, **OPTIONS, manifest=Path("splits.csv"))[0]
    assert "data: 50 samples, nothing to report\n" in capsys.readouterr().out
    assert json.loads(Path("schema.json").read_text()) == train.info.schema
    assert asdict(Schema(**train.info.schema)) == train.info.schema
    get_dataloaders(data, **OPTIONS, manifest=Path("splits.csv"), info=train.info)
    assert capsys.readouterr().out == ""  # what is known is not said again


def test_other_images_than_those_that_trained_are_said(
    make_config: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = make_config("run").data
    info = get_dataloaders(data, **OPTIONS)[0].info

    def load_grey(settings: Any) -> Any:
        samples = load_synthetic(settings)
        return replace(samples, read=lambda name: samples.read(name).convert("L"))

    monkeypatch.setattr(dataloader, "load_samples", load_grey)
    get_dataloaders(data, **OPTIONS, info=info)
    assert "unlike the images that trained: images are grey" in capsys.readouterr().out
    load_grey(data).read("synthetic_00").save("image.png")
    list(read_inputs(["image.png"], data, info))
    assert "images are grey" in capsys.readouterr().err


def test_the_doctor_reads_every_image(make_config: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    data = make_config("run").data
    report = doctor.examine(data)
    assert not report.has_errors
    assert report.facts["samples"] == 50
    assert [report.facts[name] for name in ("train", "val", "test")] == [30, 10, 10]

    def load_broken(settings: Any) -> Any:
        samples = load_synthetic(settings)

        def read(name: str) -> Any:
            if name == "synthetic_07":
                raise OSError("broken data stream")
            return samples.read("synthetic_03" if name == "synthetic_05" else name)

        return replace(samples, read=read)

    monkeypatch.setattr(doctor, "load_samples", load_broken)
    report = doctor.examine(data)
    found = {each.place: each for each in report.findings}
    assert found["synthetic_07"].problem == "broken data stream"
    assert "is the same image as synthetic_05" in found["synthetic_03"].problem
    assert report.has_errors  # more than data.max_unreadable of 50
    assert not doctor.examine(replace(data, max_unreadable=0.02)).has_errors
