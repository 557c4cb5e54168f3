"""The augmentations of this project, by name: `data.augmentation` chooses among them."""
#: set mixes = augmentation | select("in", ["cutmix", "mixup"]) | list

from collections.abc import Callable

from torch import Tensor

from ..draws import Draws
#: for name in augmentation | sort
from .{{ name }} import {{ name }}
#: endfor

IMAGES: dict[str, Callable[[Tensor, Draws], Tensor]] = {
    #: for name in augmentation if name not in mixes
    "{{ name }}": {{ name }},
    #: endfor
}
#: if mixes
MIXES: dict[str, Callable[[Tensor, Tensor, Draws], tuple[Tensor, Tensor]]] = {
    #: for name in mixes
    "{{ name }}": {{ name }},
    #: endfor
}
#: endif
