"""The records that the catalogue is made of: an architecture, and a backbone of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from .tasks import OBJECTIVES

NOTHING: Mapping[str, Any] = MappingProxyType({})
LICENCES = {"timm": "apache-2.0", "torchvision": "bsd-3-clause"}  # of weights


@dataclass(frozen=True)
class Backbone:
    """A published network that a model is built on."""

    name: str
    libraries: tuple[str, ...]  # of timm and torchvision, which know it by this name
    parameters: float  # millions, with the head for ImageNet
    gflops: float  # 1e9 floating-point operations for one image of 224 x 224
    patch: int = 0  # pixels along a patch, for transformers
    reason: str = ""
    deprecated: bool = False

    @property
    def licences(self) -> tuple[str, ...]:
        """What the weights are under that each of the libraries has."""
        return tuple(LICENCES[library] for library in self.libraries)


@dataclass(frozen=True)
class Row:
    """One architecture for one task on one modality: all that is known of that cell."""

    task: str
    modality: str
    architecture: str
    label: str
    reason: str  # why one would take it
    library_class: str  # what the model is built from
    layers: tuple[str, ...]  # folders of template/layers, from the bottom up
    objectives: tuple[str, ...]  # what it can be trained for
    settings: tuple[str, ...]  # answers about the model that apply
    backbones: tuple[Backbone, ...] = ()
    models: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    """Layers of the model by the library that has the backbone."""
    small_backbone: str = ""  # for images of up to 64 pixels a side
    smoke_backbone: str = ""  # timm's tiny one, for large images
    small_patch: int = 0  # patch for images of up to 64 pixels; 0 keeps the backbone's
    min_size: int = 1  # smallest side of an image
    dependencies: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    small_defaults: Mapping[str, Any] = field(default_factory=lambda: NOTHING)  # see is_small
    smoke: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    deprecated: bool = False  # hidden from new projects, valid in old ones

    @property
    def metrics(self) -> dict[str, tuple[str, ...]]:
        """The metrics of each objective, the primary one first."""
        return {name: OBJECTIVES[name].metrics for name in self.objectives}

    def monitors(self, objective: str) -> tuple[str, ...]:
        """Return the metrics that can decide which epoch is best."""
        return ("val_loss", *(f"val_{name}" for name in self.metrics.get(objective, ())))

    def backbone(self, name: str) -> Backbone | None:
        """Find a backbone by its name."""
        return next((each for each in self.backbones if each.name == name), None)
