"""The catalogue against the libraries that it speaks of."""

import pytest
import timm
from torchvision import models

from mldl.catalog import ROWS, Backbone

BACKBONES = {each.name: each for row in ROWS for each in row.backbones}


@pytest.mark.parametrize("backbone", BACKBONES.values(), ids=BACKBONES)
def test_a_backbone_is_in_the_libraries_that_it_names_and_has_weights(backbone: Backbone) -> None:
    name = backbone.name
    found = {"timm": timm.is_model(name), "torchvision": name in models.list_models()}
    assert {library for library in found if found[library]} == set(backbone.libraries)
    if found["timm"]:
        assert timm.is_model_pretrained(name)
    if found["torchvision"]:
        assert len(models.get_model_weights(name))


def test_a_backbone_for_trials_is_known() -> None:
    names = {row.smoke_backbone for row in ROWS} - {""}
    assert [name for name in names if not timm.is_model(name)] == []
