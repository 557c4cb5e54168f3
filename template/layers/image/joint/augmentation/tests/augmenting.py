"""The augmentations of this project, for the settings of test runs."""

from pkg.data.registry import functions_in

AUGMENTATION = [*functions_in("moves"), *functions_in("augmentations")]
MIXING = [*functions_in("mixing")]  # those that put samples of a batch together
