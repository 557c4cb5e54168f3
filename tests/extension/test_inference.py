"""What is inferred from the data: modality, source, names and sizes."""

from typing import Any

import pytest

from mldl.advice import advise, complete
from mldl.contradictions import check


@pytest.mark.parametrize(
    ("answers", "modality"),
    [
        ({"input_shape": [3, 64, 64]}, "image"),
        ({"input_shape": [12]}, "table"),
        ({"input_shape": [12], "preprocessing": ["tokenize"]}, "text"),
        ({"dataset_path": "data/x.parquet"}, "table"),
        ({"dataset_path": "data/x.pq"}, "table"),
        ({"dataset_path": "https://host/x.csv.gz?raw=1"}, "table"),
        ({"dataset_path": "data/x.jsonl"}, "text"),
        ({"dataset_path": "data/photos"}, "image"),
        ({"dataset_path": "data/prices.csv", "input_shape": [3, 64, 64]}, "image"),
        ({"dataset_name": "wine"}, "table"),
        ({"architecture": "vit"}, "image"),
        ({"architecture": "gpt"}, "text"),
        ({"task": "regression"}, "table"),
        ({}, "image"),
    ],
)
def test_modality_is_inferred(answers: dict[str, Any], modality: str) -> None:
    assert advise(answers)["modality"].value == modality


@pytest.mark.parametrize(
    ("answers", "source"),
    [
        ({}, "bundled"),
        ({"dataset_name": "iris"}, "bundled"),
        ({"dataset_name": "CIFAR10"}, "torchvision"),
        ({"dataset_name": "beans", "data_loader": "huggingface"}, "huggingface"),
        ({"dataset_name": "mine", "data_loader": "custom"}, "custom"),
        ({"dataset_path": "data/photos"}, "image_folder"),
        ({"dataset_path": "data/prices.csv", "input_shape": [3, 64, 64]}, "image_csv"),
        ({"dataset_path": "data/prices.csv"}, "table"),
        ({"modality": "image", "objective": "multi_label"}, "image_csv"),
        ({"modality": "image", "task": "regression"}, "image_csv"),
    ],
)
def test_the_source_of_the_data_is_inferred(answers: dict[str, Any], source: str) -> None:
    assert advise(answers)["data_source"].value == source


@pytest.mark.parametrize(
    ("name", "source", "path"),
    [
        ("cifar10", "torchvision", "CIFAR10"),
        ("Fashion-MNIST", "torchvision", "FashionMNIST"),
        ("MNIST", "torchvision", "MNIST"),
        ("mnist", "bundled", "data/mnist"),
        ("Breast Cancer", "bundled", "data/breast_cancer/breast_cancer.csv"),
        ("flowers", "image_folder", "data/images"),
    ],
)
def test_names_of_data_sets_are_found_however_they_are_spelt(
    name: str, source: str, path: str
) -> None:
    answers = complete({"dataset_name": name})
    assert (answers["data_source"], answers["dataset_path"]) == (source, path)
    assert complete(answers) == answers, "the spelling moves once it is stored"
    assert complete({"dataset_name": "mnist", "data_source": "torchvision"})["dataset_path"] == (
        "MNIST"
    )


@pytest.mark.parametrize(
    ("name", "shape", "samples"),
    [
        ("CIFAR10", [3, 32, 32], 50_000),
        ("fashion-mnist", [1, 32, 32], 60_000),
        ("USPS", [1, 32, 32], 7_291),
        ("stl10", [3, 96, 96], 5_000),
        ("Food101", [3, 224, 224], None),
    ],
)
def test_sets_of_torchvision_are_seen_as_they_are(
    name: str, shape: list[int], samples: int | None
) -> None:
    answers = complete({"data_source": "torchvision", "dataset_path": name})
    assert (answers["input_shape"], answers["num_samples"]) == (shape, samples)
    assert answers["pretrained"] == (max(shape) > 64)
    assert check(answers) == []


@pytest.mark.parametrize(
    ("task", "modality", "objective", "path", "column"),
    [
        ("classification", "image", "single_label", "beans", ""),
        ("classification", "image", "multi_label", "", ""),
        ("regression", "image", "targets", "", ""),
        ("classification", "table", "single_label", "scikit-learn/adult-census-income", "income"),
        ("regression", "table", "targets", "scikit-learn/auto-mpg", "mpg"),
    ],
)
def test_the_hub_gives_what_fits(
    task: str, modality: str, objective: str, path: str, column: str
) -> None:
    given = {"task": task, "modality": modality, "objective": objective}
    answers = complete({**given, "data_source": "huggingface"})
    assert (answers["dataset_path"], answers["target_column"]) == (path, column)
    assert bool(check(answers)) == (not path), "where none is known, one must be named"
    named = complete({**given, "data_source": "huggingface", "dataset_name": "me/mine"})
    assert (named["dataset_path"], named["target_column"]) == ("me/mine", "")
