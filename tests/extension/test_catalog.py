"""The catalogue against the libraries that it speaks of."""

import re

import pytest
import timm
from segmentation_models_pytorch.encoders import encoders
from torchvision import models

from mldl.catalog import ROWS, Backbone

from .support import ROOT

LAYERS = ROOT / "template/layers/models/transformers_detection"
DETECTORS = {  # whose networks a project can build without the hub
    name
    for path in LAYERS.glob("*/pkg/models/model.py")
    for name in re.findall(r'^    "(\w+/[\w-]+)": ', path.read_text(), re.MULTILINE)
}
BACKBONES = {each.name: each for row in ROWS for each in row.backbones}


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


def test_a_backbone_for_trials_is_known() -> None:
    names = {row.smoke_backbone for row in ROWS} - {""}
    assert [name for name in names if not timm.is_model(name)] == []
