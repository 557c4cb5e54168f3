"""What is trained: one regime for each thing that can limit a loop's speed.

One more is one more entry here and, where its batches are of another kind, a branch in
`sources.py`.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

IMAGES = ("random_crop", "horizontal_flip")
NOTHING: Mapping[str, Any] = MappingProxyType({})
TEXTS: Mapping[str, Any] = {
    "task": "nlp",
    "objective": "language_model",
    "architecture": "gpt",
    "pretrained": False,
    "data_source": "custom",
    "dataset_path": "data/corpus.txt",
}


class Regime(NamedTuple):
    """A project, how it is set, and what its loop must reach."""

    name: str  # of the project and of its package
    limit: str  # what bounds the speed
    what: str  # in words
    answers: Mapping[str, Any]  # to the template's questions
    settings: Mapping[str, Any]  # on the command line, beside those of `projects.py`
    steps: int  # of a pass; at most those of an epoch
    tolerance: float  # of the gate, as a share of the way that the weights go
    plain_goal: float  # how many times as fast as the plain loop
    rounds: int = 15  # more where contenders are close
    floor: bool = False  # whether arithmetic leaves nothing to win, so that a tie is enough
    overhead: float = 0.05  # a step, at most, over the loop by hand
    words: tuple[int, int] = (40_000, 2_000)  # of a text that is made up, and different ones

    @property
    def detects(self) -> bool:
        """Whether boxes are found, which other loops train."""
        return self.answers.get("task") == "detection"

    @property
    def images(self) -> bool:
        """Whether batches have a memory format to choose."""
        return "augmentation" in self.answers

    @property
    def texts(self) -> bool:
        """Whether batches are windows of text, which peers have loops of their own for."""
        return self.answers.get("architecture") == "gpt"


REGIMES = (
    Regime(
        "mlp",
        "overhead",
        "MLP of 2 x 64 units on a table of 20,000 rows, 30 columns; batches of 32",
        {"modality": "table", "data_source": "table", "dataset_path": "data/table.csv"},
        {"training.batch_size": 32},
        400,
        1e-4,
        2.0,
    ),
    Regime(
        "cnn",
        "data",
        "CNN of 4 layers, 8 and 16 channels, on 3,500 images of 1 x 32 x 32, "
        "shifted and mirrored; batches of 64",
        {"dataset_name": "mnist", "architecture": "custom", "augmentation": list(IMAGES)},
        {"training.batch_size": 64, "model.hidden_dim": 16},
        54,
        0.003,
        2.7,
        rounds=40,
    ),
    Regime(
        "resnet18",
        "compute",
        "ResNet-18 (timm) on the same images; batches of 64",
        {
            "dataset_name": "mnist",
            "architecture": "resnet",
            "backbone": "resnet18",
            "augmentation": list(IMAGES),
        },
        {"training.batch_size": 64},
        12,
        0.01,
        1.1,
        floor=True,
    ),
    Regime(
        "gpt",
        "compute",
        "GPT of 4 layers, 128 wide, on windows of 64 characters of text; batches of 12",
        TEXTS,
        {"training.batch_size": 12, "data.tokenizer": "characters", "data.max_length": 64},
        40,
        0.01,
        1.0,
        floor=True,
        overhead=0.02,
    ),
)


SHAPES: Mapping[str, Any] = {
    "task": "detection",
    "data_source": "bundled",
    "dataset_name": "shapes",
    "dataset_path": "data/shapes",
    "augmentation": ["horizontal_flip"],
    "pretrained": False,
}
SMALL: Mapping[str, Any] = {
    "data.input_shape": "[3,96,96]",
    "data.max_samples": 200,
    "training.batch_size": 4,
}
# Rounding decides otherwise which region is kept: 4e-4 and 3e-5 of the way were measured.
CHOICES = 0.01
DETECTION = (
    Regime(
        "faster_rcnn",
        "compute",
        "Faster R-CNN with a ResNet-18 on planted shapes of 3 x 96 x 96, mirrored; batches of 4",
        {**SHAPES, "architecture": "faster_rcnn", "backbone": "resnet18"},
        {**SMALL, "model.dropout": None},  # it has none
        6,
        CHOICES,
        1.0,
        rounds=10,
        floor=True,
    ),
    Regime(
        "rt_detr",
        "compute",
        "RT-DETR of 2 layers, 64 wide, on the same images; batches of 4",
        {**SHAPES, "architecture": "rt_detr"},
        {**SMALL, "model.backbone": "null", "model.num_layers": 2, "model.hidden_dim": 64},
        6,
        CHOICES,
        1.0,
        rounds=10,
        floor=True,
    ),
)
ALL = (*REGIMES, *DETECTION)


def find(name: str) -> Regime:
    """Return the regime of that name."""
    return next(regime for regime in ALL if regime.name == name)
