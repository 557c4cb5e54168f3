"""The record of a small data set that a project can begin with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Bundled:
    """A data set inside a package."""

    name: str
    task: str
    modality: str
    label: str
    input_shape: tuple[int, ...]  # what a model should see; images are resized to it
    output_shape: int | None  # None: whatever the vocabulary is
    num_samples: int
    class_names: tuple[str, ...]
    package: str  # where it comes from; blank: the project draws it
    licence: str
    path: str  # where the project keeps it
    layers: tuple[str, ...]  # what writes it, and what reads it
    objective: str = ""  # what it has targets for; blank: whatever its task is usually for
    side: int = 0  # of its images, in pixels
    by_pip: bool = False  # downloads the package when the data are wanted, and depends on pip
    note: str = ""  # what else one must know of it
    defaults: Mapping[str, Any] = field(default_factory=dict)  # of training from scratch on it
    defaults_of: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Those of some architectures: what a laptop trains in about twenty minutes of one core."""
    dependencies: tuple[str, ...] = ()  # of the layers that read it
    draws: str = ""  # the module of a set that the project draws, if not data/shapes.py
