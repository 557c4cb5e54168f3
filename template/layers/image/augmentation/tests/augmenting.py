"""The augmentations of this project, for the settings of test runs."""

from pkg.data import augmentations

AUGMENTATION: list[str] = [*augmentations.IMAGES]
MIXING: list[str] = []  # those that put samples of a batch together
#: if mixes
MIXING += [*augmentations.MIXES]
#: endif
