"""What Copier is answered wrongly is refused in one line, and nothing is written."""

from pathlib import Path

import pytest
from copier.errors import UserMessageError

from .support import Copy

PRICES = {"task": "regression", "dataset_path": "data/prices.csv"}
BOXES = {"task": "detection"}
MASKS = {"task": "segmentation"}
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
    ({"architecture": "vgg"}, "choose from resnet, efficientnet, vit, convnext, custom, "),
    (
        {"preprocessing": "[normalize]"},
        "choose from grayscale, pad, resize, center_crop, crop, tok",
    ),
    ({"mixed_precision": "perhaps"}, "mixed_precision: must be true or false"),
    ({"augmentation": "[zoom]"}, "choose from random_crop"),
    ({"augmentation": "random_crop"}, "augmentation: must be a list"),
    ({"augmentation": ""}, "must be a list, not null: [] is an empty one"),
    ({"class_names": "[1, 2]"}, "class_names: must be text, not 1: put it in quotes"),
    ({"class_names": "[yes, no]"}, "class_names: must be text, not true: put it in quotes"),
    ({"input_shape": "[3, 32"}, "input_shape: must be a list"),
    ({"task": "generation"}, "not offered yet"),
    ({"architecture": "rt_detr"}, "rt_detr is for detection, not for"),
    ({"architecture": "yolos"}, "yolos is for detection, not for"),
    ({**BOXES, "modality": "text"}, "detection of text is not offered yet"),
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
    ({**BOXES, "architecture": "ssd300"}, "ssd300 is not offered: retinanet is nearest"),
    ({**BOXES, "architecture": "mask_rcnn"}, "mask_rcnn is not offered: faster_rcnn is nearest"),
    ({**BOXES, "architecture": "unet"}, "unet is for segmentation, not for detection"),
    ({**MASKS, "architecture": "fcn_resnet50"}, "fcn_resnet50 is not offered: unet is nearest"),
    ({"architecture": "ssd"}, "ssd is for detection, not for classification"),
    ({**BOXES, "architecture": "fcos", "backbone": "vgg16"}, "not a backbone of fcos"),
    (
        {**BOXES, "architecture": "retinanet", "backbone": "fasterrcnn_resnet50_fpn"},
        "not a backbone of retinanet",
    ),
    ({**BOXES, "architecture": "custom", "backbone": "vgg16"}, "without the backbone"),
    ({**BOXES, "preprocessing": "[pad, resize]"}, "fills the rest: leave pad out"),
    ({**MASKS, "preprocessing": "[center_crop]"}, "what is marked may be cut off"),
    ({**BOXES, "augmentation": "[mixup]"}, "mixup is not for boxes: choose from random_crop"),
    ({**MASKS, "augmentation": "[mosaic]"}, "mosaic is not for masks"),
    ({"augmentation": "[scale_jitter]"}, "scale_jitter is not for labels"),
    ({"dataset_path": "d", "modality": "image", "preprocessing": "[tokenize]"}, "only text"),
    ({**BOXES, "modality": "table"}, "detection of table is not offered yet"),
    ({**BOXES, "input_shape": "[4]"}, "an image is [channels, height, width]"),
    (
        {**BOXES, "target_metric": "accuracy"},
        "accuracy does not measure detection: choose from map",
    ),
    ({**MASKS, "target_metric": "map"}, "map does not measure segmentation: choose from iou"),
    ({**BOXES, "monitor": "val_loss"}, "val_loss is not measured: choose from val_map"),
    ({**BOXES, "target_metric": "iou", "target_value": "50"}, "did you mean 0.5?"),
    ({**BOXES, "data_source": "image_folder"}, "image_folder does not hold what detection"),
    ({**MASKS, "data_source": "yolo"}, "yolo does not hold what segmentation of images needs"),
    ({**BOXES, "data_source": "voc", "dataset_path": "data/a.xml"}, "voc reads a folder"),
    ({**BOXES, "dataset_path": "data/labels.csv"}, "coco reads a JSON file"),
    ({**BOXES, "data_loader": "huggingface", "dataset_path": "d"}, "huggingface does not read"),
    ({**BOXES, "dataset_name": "brains"}, '"brains" is no bundled data set for detection'),
    ({**MASKS, "dataset_path": "d", "output_shape": "1"}, "count the background: 2"),
    (
        {**MASKS, "dataset_path": "d", "output_shape": "[2, 64, 64]"},
        "segmentation has a number of outputs, not [2, 64, 64]",
    ),
    (
        {**BOXES, "dataset_path": "d", "class_names": "[a, b]", "output_shape": "3"},
        "2 names for 3 classes",
    ),
    (
        {**BOXES, "architecture": "detr", "pretrained": "yes", "pretrained_source": "torchvision"},
        "detr has weights from huggingface and custom, not torchvision",
    ),
    ({**BOXES, "architecture": "rt_detr", "input_shape": "[3, 100, 100]"}, "multiples of it"),
    ({**BOXES, "architecture": "detr", "hidden_dim": "100"}, "detr has heads of 32"),
    ({**BOXES, "architecture": "fcos", "input_shape": "[3, 16, 16]"}, "from 32 pixels"),
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
