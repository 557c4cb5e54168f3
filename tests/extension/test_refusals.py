"""What Copier is answered wrongly is refused in one line, and nothing is written."""

from pathlib import Path

import pytest
from copier.errors import UserMessageError

from .support import Copy

PRICES = {"task": "regression", "dataset_path": "data/prices.csv"}
TAGS = {"objective": "multi_label", "data_source": "image_csv"}
REFUSED = [
    ({"architecture": "resnt"}, "did you mean resnet"),
    ({"num_epoch": "3"}, "did you mean num_epochs"),
    ({"num_epochs": "many"}, "num_epochs: must be a whole number"),
    ({"num_epochs": "0"}, "num_epochs: must be from 1"),
    ({"learning_rate": "nan"}, "learning_rate: must be above 0"),
    ({"gradient_clipping": "-1"}, "gradient_clipping: must be at least 0"),
    ({"target_value": "much"}, "target_value: must be a number"),
    ({"target_value": "95"}, "did you mean 0.95?"),
    ({"target_metric": "f1", "target_value": "-0.1"}, "f1 is from 0 to 1"),
    ({"task": "regression", "target_value": "1.5"}, "r2 is at most 1"),
    ({"task": "regression", "target_metric": "mse", "target_value": "-1"}, "mse is at least 0"),
    ({"warmup_epochs": "50"}, "warmup_epochs and num_epochs: 50 epochs"),
    ({"pretrained": "yes", "freeze_epochs": "11"}, "freeze_epochs and num_epochs: 11"),
    ({"slurm": "yes", "distributed": "no"}, "slurm and distributed: it launches"),
    ({"input_shape": "[2, 64, 64]"}, "of 1, 3 or 4 channels"),
    ({"input_shape": "[224, 224, 3]"}, "did you mean [3, 224, 224]?"),
    ({"export": "true"}, "export: export is not offered yet"),
    ({"serve": "true"}, "serve: serve is not offered yet"),
    ({"mlflow": "yes"}, "mlflow: mlflow is not offered yet"),
    ({"xyzzy": "1"}, "xyzzy: is not a question (unknown_field)"),
    ({"_mldl": "1"}, "_mldl: is not a question"),
    ({"package_name": "x" * 61}, "at most 40"),
    ({"dataset_name": "diabetes"}, '"diabetes" is no bundled data set for classification'),
    ({"dataset_name": "digits", "input_shape": "[64]"}, '"digits" is no bundled data set'),
    ({"dataset_name": "iris", "input_shape": "[3, 32, 32]"}, '"iris" is no bundled data set'),
    ({"dataset_name": "cifar10", "task": "regression"}, "torchvision (CIFAR10) does not hold"),
    ({"data_loader": "huggingface", "data_source": "image_folder"}, "does not read image_folder"),
    (
        {"data_loader": "huggingface", "modality": "table", "dataset_path": "data/reviews.csv"},
        "dataset_path and data_source: huggingface reads the name of a data set on the hub",
    ),
    ({"dataset_path": "data/x.xlsx"}, "image_folder reads a folder"),
    ({"dataset_path": "data/x.npz"}, "image_folder reads a folder"),
    ({"dataset_path": "https://example.org/x.json"}, "image_folder reads a folder"),
    ({"modality": "table", "dataset_path": "data/x.xlsx"}, "table reads a file in .csv"),
    ({"architecture": "vgg"}, "choose from resnet, efficientnet, vit, convnext, custom ("),
    ({"preprocessing": "[normalize]"}, "choose from grayscale, pad, resize, center_crop, crop ("),
    ({"mixed_precision": "perhaps"}, "mixed_precision: must be true or false"),
    ({"augmentation": "[zoom]"}, "choose from random_crop"),
    ({"augmentation": "random_crop"}, "augmentation: must be a list"),
    ({"augmentation": ""}, "must be a list, not null: [] is an empty one"),
    ({"class_names": "[1, 2]"}, "class_names: must be text, not 1: put it in quotes"),
    ({"class_names": "[yes, no]"}, "class_names: must be text, not true: put it in quotes"),
    ({"input_shape": "[3, 32"}, "input_shape: must be a list"),
    ({"task": "detection"}, "not offered yet"),
    ({"architecture": "rt_detr"}, "rt_detr is for detection, not for"),
    ({"architecture": "yolos"}, "yolos is for detection, not for"),
    ({"modality": "text"}, "not offered yet"),
    ({"modality": "table", "architecture": "vit"}, "vit is for images"),
    ({"architecture": "custom", "pretrained": "yes"}, "custom has no pretrained weights"),
    ({"architecture": "custom", "backbone": "vgg16"}, "without the backbone"),
    ({"architecture": "custom", "backbone": "detr"}, "detr is for detection, not for"),
    ({"architecture": "convnext", "input_shape": "[3, 31, 31]"}, "from 32 pixels"),
    ({"architecture": "vit", "input_shape": "[3, 33, 33]"}, "multiples of it"),
    ({"package_name": "torch"}, "take torch_project"),
    ({"package_name": "My-Project"}, "lower-case ASCII"),
    ({"project_name": " "}, "project_name: must not be empty"),
    ({"checkpoint_dir": "../up"}, "folder inside the project"),
    ({"checkpoint_dir": "project"}, "holds the code of the project"),
    ({"pretrained": "yes", "weights_path": "./checkpoints/w.pt"}, "put checkpoints/w.pt elsewhere"),
    ({"weights_path": "https://example.org/w.pt"}, "download it first, and name the file"),
    ({"dataset_path": "~/pics"}, "write the home folder out"),
    ({**PRICES, "target_column": "a, b", "output_shape": "3"}, "names 2, one for each output"),
    ({**PRICES, "target_column": "a", "output_shape": "[3]"}, "names 1, one for each output"),
    ({"data_source": "custom", "target_column": "a, b"}, "one column names the class, not 2"),
    (
        {**TAGS, "target_column": "a, b", "output_shape": "3"},
        "target_column and output_shape: names 2",
    ),
    ({"data_source": "huggingface", "dataset_path": ""}, "on the hub, not nothing"),
    ({"dataset_path": "https://example.org/my data.zip"}, "write a blank as %20"),
    ({"modality": "table", "dataset_path": "data/a.xlsx.gz"}, "table reads a file in .csv"),
    ({"augmentation": "&a [*a]"}, "augmentation: must be"),
    ({"augmentation": "[" * 5000}, "augmentation: must be a list"),
    ({"dataset_path": "ext::sh"}, "http(s) URL"),
    ({"data_source": "torchvision", "task": "regression", "modality": "image"}, "image_csv"),
    ({"data_source": "bundled", "dataset_name": "cats"}, "no bundled data set"),
    ({"train_val_test_split": "[0.5, 0.5]"}, "must be three fractions"),
    ({"data_source": "bundled", "dataset_path": "data/mine"}, "digits is written to data/digits"),
    ({"monitor": "val_mse"}, "choose from val_loss"),
    ({"request_file": "nowhere.json"}, "No such file"),
    ({"request": "{"}, "malformed_json"),
    ({"license": "mit"}, "choose from MIT"),
]


@pytest.mark.parametrize(("data", "message"), REFUSED, ids=lambda value: str(value)[:50])
def test_a_wrong_answer_is_refused_and_nothing_written(
    copy: Copy, tmp_path: Path, data: dict[str, str], message: str
) -> None:
    with pytest.raises(UserMessageError) as refusal:
        copy(**data)
    assert message in refusal.value.message
    assert "\n" not in refusal.value.message
    assert not (tmp_path / "project").exists()


def test_a_refusal_leaves_an_existing_folder_alone(copy: Copy, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/mine.txt").write_text("mine")
    with pytest.raises(UserMessageError):
        copy(request='{"ml_task": {"type": "regression"}, "x": 1}')
    assert [path.name for path in (tmp_path / "project").iterdir()] == ["mine.txt"]
