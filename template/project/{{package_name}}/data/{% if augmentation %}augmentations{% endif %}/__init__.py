{% set mixing = ["cutmix", "mixup"] %}
{% set images = augmentation | reject("in", mixing) | list %}
{% set mixes = augmentation | select("in", mixing) | list %}
{% macro table(title, names) %}
{% set pairs %}{% for name in names %}"{{ name }}": {{ name }}{{ "" if loop.last else ", " }}{% endfor %}{% endset %}
{% if title | length + pairs | length <= 95 %}
{{ title }} = {{ "{" ~ pairs ~ "}" }}
{% else %}
{{ title }} = {
    {{ pairs | replace(", ", ",\n    ") }},
}
{% endif %}
{% endmacro %}
"""The augmentations of this project, by name: `data.augmentation` chooses among them."""

{% if not images %}
from collections.abc import Callable

from torch import Tensor

from ..draws import Draws
{% endif %}
{% for name in augmentation | sort %}
from .{{ name }} import {{ name }}
{% endfor %}

{% if images %}
{{ table("IMAGES", images) }}
{%- else %}
IMAGES: dict[str, Callable[[Tensor, Draws], Tensor]] = {}
{% endif %}
{% if mixes %}
{{ table("MIXES", mixes) }}
{%- endif %}
