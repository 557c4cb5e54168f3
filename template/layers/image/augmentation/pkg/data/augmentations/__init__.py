"""The augmentations of this project, by name: `data.augmentation` chooses among them."""

from .color_jitter import color_jitter
from .cutmix import cutmix
from .gaussian_blur import gaussian_blur
from .horizontal_flip import horizontal_flip
from .mixup import mixup
from .randaugment import randaugment
from .random_crop import random_crop
from .random_erasing import random_erasing
from .random_resized_crop import random_resized_crop
from .rotation import rotation
from .trivial_augment import trivial_augment
from .vertical_flip import vertical_flip

IMAGES = {
    "random_crop": random_crop,
    "random_resized_crop": random_resized_crop,
    "horizontal_flip": horizontal_flip,
    "vertical_flip": vertical_flip,
    "rotation": rotation,
    "color_jitter": color_jitter,
    "random_erasing": random_erasing,
    "gaussian_blur": gaussian_blur,
    "randaugment": randaugment,
    "trivial_augment": trivial_augment,
}
MIXES = {"cutmix": cutmix, "mixup": mixup}
