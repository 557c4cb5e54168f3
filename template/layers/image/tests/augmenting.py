"""The augmentations of this project, for the settings of test runs: there are none."""

AUGMENTATION: list[str] = []
MIXING: list[str] = []  # those that put samples of a batch together
