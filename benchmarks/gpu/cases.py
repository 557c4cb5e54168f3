"""What is trained on a CUDA device."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..regimes import Regime, find

HAND, OURS = "hand", "project"
SIDE = 224  # of images

# ResNet-50 as it is trained on ImageNet. Of 7,900 photographs 6,320 train: 49 batches and a rest,
# so that the seams between epochs weigh little, and a smaller last batch is among them.
PHOTOS = Regime(
    "photos",
    "compute",
    f"ResNet-50 on photographs of 3 x {SIDE} x {SIDE}, in 16 bits; batches of 128",
    {
        "data_source": "image_folder",
        "dataset_path": "data/photos",
        "input_shape": [3, SIDE, SIDE],
        "architecture": "resnet",
        "backbone": "resnet50",
        "pretrained": False,
        "train_val_test_split": [0.8, 0.1, 0.1],
        "augmentation": ["random_resized_crop", "horizontal_flip"],
    },
    {"training.batch_size": 128, "data.in_memory": "true"},
    40,
    0.01,
    1.0,
)
NUM_PHOTOS = 7_900


class Case(NamedTuple):
    """One training, by the project and by hand."""

    name: str
    regime: Regime
    passes: int  # that are measured, after an epoch and a pass of warming up
    seconds: float  # that its process may take
    settings: Mapping[str, Any] = {}  # beside those of the regime
    compiled: bool = False
    streamed: bool = False  # read from files by worker processes

    @property
    def as_regime(self) -> Regime:
        """The regime with the settings of this case."""
        compiled = {"training.compile": str(self.compiled).lower()}
        settings = {**self.regime.settings, **compiled, **self.settings}
        return self.regime._replace(settings=settings)


STREAMED = {"data.in_memory": "false", "data.num_workers": "auto"}

# In the order of their weight: where time is short the last ones are left out.
CASES = (
    Case("resnet50", PHOTOS, 3, 60),
    Case("resnet50 compiled", PHOTOS, 3, 120, compiled=True),
    Case("cnn", find("cnn"), 15, 40),
    Case("mlp", find("mlp"), 6, 40),
    Case("resnet50 streamed", PHOTOS, 2, 60, STREAMED, streamed=True),
)


def small(case: Case) -> Case:
    """Return the case as a CPU does it in seconds, to see whether it runs."""
    regime = case.regime._replace(steps=2)
    settings = {**case.settings, "training.batch_size": 8}
    if case.regime is PHOTOS:
        settings |= {"data.input_shape": "[3,32,32]", "model.backbone": "resnet18"}
    return case._replace(regime=regime, passes=1, settings=settings)
