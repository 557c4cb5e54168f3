"""The catalogue against the libraries that it speaks of."""

import re
from typing import Any

import pytest
import timm
import torch
from segmentation_models_pytorch.encoders import encoders
from torchvision import models
from transformers import AutoConfig, AutoModel

from mldl.catalog import ROWS, Backbone
from tests.layers.stacks import stack

from .support import ROOT

LAYERS = ROOT / "template/layers/models/transformers_detection"
PUBLISHED = "models/text/published"
DETECTORS = {  # whose networks a project can build without the hub
    name
    for path in LAYERS.glob("*/pkg/models/model.py")
    for name in re.findall(r'^    "(\w+/[\w-]+)": ', path.read_text(), re.MULTILINE)
}
BACKBONES = {each.name: each for row in ROWS if row.modality == "image" for each in row.backbones}
TEXTS = {each.name: each for row in ROWS if row.modality == "text" for each in row.backbones}


@pytest.mark.parametrize("backbone", BACKBONES.values(), ids=BACKBONES)
def test_a_backbone_is_in_the_libraries_that_it_names_and_has_weights(backbone: Backbone) -> None:
    name = backbone.name
    found = {
        "timm": timm.is_model(name),
        "torchvision": name in models.list_models(),
        "segmentation-models-pytorch": name in encoders and name.startswith("mit_"),
        "transformers": name in DETECTORS,
    }
    assert {library for library in found if found[library]} == set(backbone.libraries)
    if found["timm"]:
        assert timm.is_model_pretrained(name)
    if found["torchvision"]:
        assert len(models.get_model_weights(name))
    if found["segmentation-models-pytorch"]:
        assert "imagenet" in encoders[name]["pretrained_settings"]


def known_offline() -> dict[str, tuple[str, dict[str, Any]]]:
    """Return how networks for text are built whose configurations the layers hold."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for layers, module in (
        (("engine", "models/text", "models/text/mean", PUBLISHED, "models/text/encoder"), "model"),
        (("engine", "text", "models/gpt/decoding", PUBLISHED, "models/gpt/causal"), "causal"),
        (("engine", "text", PUBLISHED, "models/text/seq2seq"), "model"),
    ):
        found |= stack(*layers).load(f"models.{module}").PUBLISHED
    return found


def test_networks_for_text_have_as_many_weights_as_their_rows_say() -> None:
    known = known_offline()
    assert len(known) >= 10
    assert set(known) <= set(TEXTS), "without a row"
    for name, (kind, values) in known.items():
        with torch.device("meta"):
            network = AutoModel.from_config(AutoConfig.for_model(kind, **values))
        count = sum(weight.numel() for weight in network.parameters()) / 1e6
        assert round(count, 1) == TEXTS[name].parameters, name


def test_a_backbone_for_trials_is_known() -> None:
    names = {row.smoke_backbone for row in ROWS} - {""}
    assert [name for name in names if not timm.is_model(name)] == []
