"""How images come to one size is kept: predictions say where it is another now."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from samples import load_synthetic

from pkg.config import Config
from pkg.data.dataloader import get_dataloaders, read_inputs

OPTIONS: dict[str, Any] = {"batch_size": 8, "seed": 0, "device": torch.device("cpu")}


def test_images_that_are_padded_now_are_said(
    make_config: Callable[..., Config], capsys: pytest.CaptureFixture[str]
) -> None:
    data = make_config("run").data
    info = get_dataloaders(data, **OPTIONS)[0].info
    load_synthetic(data).read("synthetic_00").save("image.png")
    list(read_inputs(["image.png"], replace(data, preprocessing=["pad", "resize"]), info))
    assert "images are padded" in capsys.readouterr().err
