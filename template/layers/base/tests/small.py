"""A model and data of a moment, in the place of the real ones.

The model has what makes training hard to resume: batch statistics and dropout.
"""

#: if family == "image"
from functools import partial
#: endif
from math import prod

#: if family == "image"
import numpy as np
#: else
import pandas as pd
#: endif
import torch
#: if family == "image"
from PIL import Image
#: endif
from torch import Tensor, nn

from pkg.data.settings import DataSettings
#: if family == "image"
from pkg.data.samples import Samples
#: endif

NUM_SAMPLES = 50  # 30 of them train: an epoch is four updates of 8, 8, 8 and 6


class SmallModel(nn.Module):
    """A hidden layer on the flat input, and a head."""
    #: if family == "image"

    layout = "channels first"
    #: endif

    def __init__(self, input_shape: list[int], num_outputs: int) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Flatten(), nn.Linear(prod(input_shape), 16), nn.BatchNorm1d(16), nn.ReLU()
        )
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, num_outputs))
        self.scale = nn.Buffer(torch.zeros(2, num_outputs))

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.head(self.backbone(inputs))
        #: if task == "regression"
        outputs = self.scale[0] + self.scale[1] * outputs
        #: endif
        return outputs

    def set_target_scale(self, mean: list[float], std: list[float]) -> None:
        self.scale.copy_(torch.tensor([mean, std]))

    def get_num_parameters(self) -> int:
        return sum(weight.numel() for weight in self.parameters())

    def freeze_backbone(self) -> None:
        self.backbone.requires_grad_(False)

    def unfreeze_backbone(self) -> None:
        self.backbone.requires_grad_(True)
#: if family == "image"


def draw_noise(shape: list[int], name: str) -> Image.Image:
    """Draw noise; the darker half of the samples has smaller targets."""
    index = int(name.removeprefix("synthetic_"))
    noise = np.random.default_rng(index).integers(0, 100, (*shape[1:], 3))
    return Image.fromarray((noise + 100 * (index % 2)).astype("uint8"))


def synthetic_samples(settings: DataSettings) -> Samples:
    """Make up what `data/source.py` finds in files."""
    names = [f"synthetic_{number:02}" for number in range(NUM_SAMPLES)]
    numbers = torch.arange(NUM_SAMPLES)
    #: if objective == "single_label"
    targets = torch.where(numbers % 5 == 0, 2, numbers % 2)
    output_names = ["even", "odd", "fifth"]
    #: elif objective == "multi_label"
    targets, output_names = torch.stack([numbers % 2, numbers % 3 // 2], 1).float(), ["a", "b"]
    #: else
    targets = torch.stack([10 + 5.0 * (numbers % 2), 1e-3 * numbers], 1)
    output_names = ["length", "weight"]
    #: endif
    read = partial(draw_noise, settings.input_shape)
    return Samples(settings, read, names, targets, output_names)
#: else


def synthetic_frame(settings: DataSettings) -> pd.DataFrame:
    """Make up what `data/source.py` finds in a file."""
    numbers = torch.arange(NUM_SAMPLES)
    noise = torch.rand(2, NUM_SAMPLES, generator=torch.Generator().manual_seed(0))
    columns = {
        "length": (noise[0] + numbers % 2).tolist(),
        "weight": (noise[1] * 100).tolist(),
        "kind": ["round", "flat"] * (NUM_SAMPLES // 2),
        #: if task == "classification"
        "target": [("even", "odd")[number % 2] for number in range(NUM_SAMPLES)],
        #: else
        "target": (10 + 5 * noise[0]).tolist(),
        #: endif
    }
    return pd.DataFrame(columns)
#: endif
