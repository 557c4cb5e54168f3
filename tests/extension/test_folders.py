"""Where the data lie, and what keeps them out of commits and images of containers."""

import pytest

from mldl.advice import complete
from mldl.folders import data_folder, ignored_data


@pytest.mark.parametrize(
    ("source", "path", "folder", "ignored"),
    [
        ("bundled", "data/digits", "data", ""),
        ("image_folder", "pics/flowers", "pics", "pics"),
        ("image_folder", "./a*b/flowers", "a*b", "a\\*b"),
        ("image_folder", "tests/pictures", "tests/pictures", "tests/pictures"),
        ("image_folder", "/mnt/flowers", "/mnt/flowers", ""),
        ("image_csv", "/mnt/flowers/labels.csv", "/mnt/flowers", ""),
        ("image_folder", "../flowers", "/flowers", ""),
        ("image_folder", ".", "data", ""),
        ("image_folder", "https://example.org/a.zip", "data", ""),
        ("torchvision", "CIFAR10", "data", ""),
        ("huggingface", "me/mine", "data", ""),
    ],
)
def test_the_folder_of_the_data(source: str, path: str, folder: str, ignored: str) -> None:
    answers = complete({"data_source": source, "dataset_path": path, "package_name": "mine"})
    assert (data_folder(answers), ignored_data(answers)) == (folder, ignored)
