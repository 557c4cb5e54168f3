"""The records that the catalogue is made of: an architecture, and a backbone of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import log
from types import MappingProxyType
from typing import Any

from .choices import LIBRARIES, SIZES
from .tasks import OBJECTIVES

NOTHING: Mapping[str, Any] = MappingProxyType({})
LICENCES = {  # of weights
    "timm": "apache-2.0",
    "torchvision": "bsd-3-clause",
    "transformers": "apache-2.0",
}


def by_size(**values: tuple[Any, ...]) -> dict[str, dict[str, Any]]:
    """Return what each size picks, from the four values of every setting, the smallest first."""
    picks = (dict(zip(values, each, strict=True)) for each in zip(*values.values(), strict=True))
    names = [name for name in SIZES if name != "auto"]  # which the advisor picks for
    return dict(zip(names, picks, strict=True))


@dataclass(frozen=True)
class Backbone:
    """A published network that a model is built on."""

    name: str
    libraries: tuple[str, ...]  # which know it by this name
    parameters: float  # millions, with the head for ImageNet
    gflops: float  # 1e9 operations for one image of 224 x 224, or one text of 128 tokens
    patch: int = 0  # pixels along a patch, for transformers
    reason: str = ""
    deprecated: bool = False
    licence: str = ""  # of the weights, where it is not that of the library's others
    dependencies: tuple[str, ...] = ()  # besides the library
    whole: bool = False  # a model for the task, with weights for it, and no part of one

    @property
    def licences(self) -> tuple[str, ...]:
        """What the weights are under that each of the libraries has."""
        if self.licence:
            return (self.licence,)
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
    sizes: Mapping[str, Mapping[str, Any]]  # what each size picks: a backbone, depth and width
    backbones: tuple[Backbone, ...] = ()
    models: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    """Layers of the model by the library that has the backbone."""
    library: str = ""  # what builds the model; blank: the library that has the backbone
    weights: tuple[str, ...] = ("huggingface", "torchvision", "custom")  # where pretrained are
    small_backbone: str = ""  # for images of up to 64 pixels a side
    smoke_backbone: str = ""  # timm's tiny one, for large images
    light_backbone: str = ""  # from scratch without a GPU; blank: that of the fewest operations
    heavy: bool = False  # takes too long to train without a GPU
    own: bool = False  # without a backbone it is a small network of its own
    any_published: bool = False  # takes any network of its kind at the hub, and folders with one
    multiple: int = 1  # of pixels, which a side of an image must be of
    widths: int = 1  # what hidden_dim must be a multiple of
    small_patch: int = 0  # patch for images of up to 64 pixels; 0 keeps the backbone's
    min_size: int = 1  # smallest side of an image
    dependencies: tuple[str, ...] = ()
    defaults: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    small_defaults: Mapping[str, Any] = field(default_factory=lambda: NOTHING)  # see is_small
    tuning: Mapping[str, Any] = field(default_factory=lambda: NOTHING)  # of pretrained weights
    smoke: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    deprecated: bool = False  # hidden from new projects, valid in old ones

    @property
    def metrics(self) -> dict[str, tuple[str, ...]]:
        """The metrics of each objective, the primary one first."""
        return {name: OBJECTIVES[name].metrics for name in self.objectives}

    def monitors(self, objective: str) -> tuple[str, ...]:
        """Return the metrics that can decide which epoch is best."""
        found = OBJECTIVES.get(objective)
        loss = ("val_loss",) if found is None or found.validation_loss else ()
        return (*loss, *(f"val_{name}" for name in self.metrics.get(objective, ())))

    def has(self, backbone: Backbone, source: str) -> bool:
        """Say whether the library of a source of weights has the backbone."""
        library = "" if self.library or self.any_published else LIBRARIES.get(source)
        return not library or library in backbone.libraries

    def fitting(self, source: str) -> list[Backbone]:
        """Return the backbones to choose from; those for weights of one's own are timm's."""
        source = source if source in LIBRARIES else "huggingface"
        return [each for each in self.backbones if self.has(each, source) and not each.deprecated]

    def sized(self, size: str, source: str) -> Backbone | None:
        """Return the backbone of a size, or the nearest that the source of weights has."""
        wanted = self.backbone(self.sizes.get(size, {}).get("backbone", ""))
        able = self.fitting(source)
        if wanted is None or wanted in able or not able:
            return wanted
        return min(able, key=lambda each: abs(log(each.parameters / wanted.parameters)))

    def backbone(self, name: str) -> Backbone | None:
        """Find a backbone by its name."""
        return next((each for each in self.backbones if each.name == name), None)
