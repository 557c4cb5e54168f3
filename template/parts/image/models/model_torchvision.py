"""An image model: a backbone from torchvision, and a head for the outputs of this task.

Shapes: B images, C channels, H x W pixels, D features, K outputs.
"""

from collections.abc import Sequence
from typing import Any

import torch
import torchvision
from torch import Tensor, nn

from ..errors import UserError

