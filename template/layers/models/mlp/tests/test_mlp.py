"""The multi-layer perceptron has the layers that its settings say."""

from built import MODELS
from samples import SHAPE

from pkg.models.model import build_model


def test_the_weights_are_those_of_the_layers() -> None:
    settings = MODELS["mlp"]
    layers, width = settings["num_layers"], settings["hidden_dim"]
    first, between = (SHAPE[0] + 1) * width, (layers - 1) * (width + 1) * width
    model = build_model(SHAPE, 3, **settings)
    assert model.get_num_parameters() == first + between + (width + 1) * 3
