"""What timm has, and has not."""

import pytest
from samples import SHAPE

from pkg.engine.errors import UserError
from pkg.models.model import build_model


def test_a_backbone_that_has_no_weights_is_not_pretrained() -> None:
    with pytest.raises(UserError, match=r"model\.pretrained: timm has no weights for vit_base"):
        build_model(SHAPE, 3, backbone="vit_base_patch32_plus_256", pretrained=True)
