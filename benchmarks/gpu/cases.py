"""What is trained on a CUDA device."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..regimes import TEXTS, Regime, find

HAND, OURS = "hand", "project"
SIDE = 224  # of images

# ResNet-50 as it is trained on ImageNet. Of 7,900 photographs 6,320 train: 49 batches and a rest,
# so that the seams between epochs weigh little, and a smaller last batch is among them. What lies
# in memory is read from smaller files, and not all of it: reading takes a lot of the time there is.
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
    {"training.batch_size": 128},
    40,
    0.01,
    1.0,
)
# A GPT-2 of 124 million parameters on windows of 1,024 words, of 50,000 different ones.
GPT = Regime(
    "gpt124m",
    "compute",
    "GPT of 12 layers, 768 wide, on windows of 1,024 words, in 16 bits; batches of 16",
    {**TEXTS, "pretrained": False},
    {
        "training.batch_size": 16,
        "data.tokenizer": "words",
        "data.vocab_size": 50_304,
        "data.max_length": 1_024,
        "data.train_val_test_split": "[0.96,0.02,0.02]",
        "model.num_layers": 12,
        "model.hidden_dim": 768,
        "model.num_heads": 12,
        "model.positions": "learned",
    },
    20,
    0.01,
    1.0,
    words=(600_000, 50_000),
)
NUM_PHOTOS = 7_900
SHRUNK = "data/shrunk"  # the same photographs, already of the size that the model sees


class Case(NamedTuple):
    """One training, by the project and by hand."""

    name: str
    regime: Regime
    passes: int  # that are measured, after an epoch and a pass of warming up
    settings: Mapping[str, Any] = {}  # beside those of the regime
    compiled: bool = False
    streamed: bool = False  # read from files by worker processes
    steps: int | None = None  # of a pass; None: as the regime has it

    @property
    def as_regime(self) -> Regime:
        """The regime with the settings of this case."""
        compiled = {"training.compile": str(self.compiled).lower()}
        settings = {**self.regime.settings, **compiled, **self.settings}
        answers = dict(self.regime.answers)
        if self.regime is PHOTOS and not self.streamed:
            answers["dataset_path"] = SHRUNK
        steps = self.steps or self.regime.steps
        return self.regime._replace(settings=settings, answers=answers, steps=steps)


MEMORY = {"data.in_memory": "true", "data.max_samples": 3250}  # 25 batches and a rest
STREAMED = {"data.in_memory": "false", "data.num_workers": "auto"}

# In the order of their weight: where time is short the last ones are left out.
CASES = (
    Case("resnet50", PHOTOS, 4, MEMORY, steps=25),
    Case("resnet50 compiled", PHOTOS, 4, MEMORY, compiled=True, steps=25),
    Case("gpt 124M", GPT, 3),
    Case("gpt 124M compiled", GPT, 3, compiled=True),
    Case("cnn", find("cnn"), 15),
    Case("mlp", find("mlp"), 6),
    Case("resnet50 streamed", PHOTOS, 3, STREAMED, streamed=True),
)
# Those of a group share a process, with its imports and what it reads.
GROUPS = (CASES[:2], CASES[2:4], CASES[4:5], CASES[5:6], CASES[6:])


FEW = 24  # of the samples, where it is only to be seen that it runs


def small(case: Case) -> Case:
    """Return the case as a CPU does it in seconds, to see whether it runs."""
    settings = {**case.settings, "training.batch_size": 8, "data.max_samples": FEW}
    if case.regime is PHOTOS:
        settings |= {"data.input_shape": "[3,32,32]", "model.backbone": "resnet18"}
    if case.regime.texts:
        settings |= {"data.max_length": 16, "data.vocab_size": 1_000}
        settings |= {"model.num_layers": 2, "model.hidden_dim": 32, "model.num_heads": 2}
    return case._replace(passes=1, settings=settings, steps=2)
