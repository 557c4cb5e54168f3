"""The augmentations of this project, by name: `data.augmentation` chooses among them."""

from collections.abc import Callable

from torch import Tensor

from ..draws import Draws
{% for name in augmentation | sort %}
from .{{ name }} import {{ name }}
{% endfor %}
{% set images = augmentation | reject("in", ["cutmix", "mixup"]) | list %}
{% set mixes = augmentation | select("in", ["cutmix", "mixup"]) | list %}

{% if images %}
IMAGES: dict[str, Callable[[Tensor, Draws], Tensor]] = {
{% for name in images %}
    "{{ name }}": {{ name }},
{% endfor %}
}
{% else %}
IMAGES: dict[str, Callable[[Tensor, Draws], Tensor]] = {}
{% endif %}
{% if mixes %}
MIXES: dict[str, Callable[[Tensor, Tensor, Draws], tuple[Tensor, Tensor]]] = {
{% for name in mixes %}
    "{{ name }}": {{ name }},
{% endfor %}
}
{% endif %}
