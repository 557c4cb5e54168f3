"""Projects made by Copier itself: the same answers, the same bytes; refusals, no trace."""

import json
import re
from pathlib import Path

import pytest
import yaml
from copier import run_copy
from copier.errors import UserMessageError

from tests.support import contents
from tools.render import Render

from .support import Copy, answers_of, build, load_request

IRIS = {"ml_task": {"type": "classification", "dataset_info": {"dataset_name": "iris"}}}


def test_enter_all_the_way_is_digits_with_a_resnet(copy: Copy) -> None:
    answers = answers_of(copy())
    expected = {
        "task": "classification",
        "modality": "image",
        "data_source": "bundled",
        "dataset_name": "digits",
        "architecture": "resnet",
        "backbone": "resnet18",
        "input_shape": [3, 32, 32],
        "output_shape": 10,
        "augmentation": ["random_crop"],
        "preprocessing": ["resize"],
        "lr_scheduler": "cosine",
        "optimizer": "adamw",
        "learning_rate": 0.001,
        "batch_size": 64,
        "mixed_precision": True,
        "early_stopping": True,
        "package_name": "project",
        "request": None,
    }
    assert {key: answers[key] for key in expected} == expected


def test_request_and_data_give_the_same_bytes(copy: Copy) -> None:
    from_request = copy("one/same", request=load_request("digits-resnet"))
    request = load_request("digits-resnet")
    given = {
        "task": "classification",
        "problem_description": request["ml_task"]["problem_description"],
        "dataset_name": "digits",
        "input_shape": "[3, 32, 32]",
        "output_shape": "10",
        "num_samples": "1797",
        "train_val_test_split": "[0.7, 0.15, 0.15]",
        "target_metric": "accuracy",
        "target_value": "0.96",
        "architecture": "resnet",
        "pretrained": "no",
        "backbone": "resnet18",
        "dropout": "0.2",
        "activation": "relu",
        "optimizer": "adamw",
        "learning_rate": "1e-3",
        "lr_scheduler": "cosine",
        "batch_size": "64",
        "num_epochs": "8",
        "early_stopping": "true",
        "patience": "3",
        "min_delta": "0",
        "gradient_clipping": "1",
        "mixed_precision": "yes",
        "distributed": "false",
        "data_loader": "torch",
        "augmentation": "[random_crop]",
        "normalization_mean": "[0.5, 0.5, 0.5]",
        "normalization_std": "[0.5, 0.5, 0.5]",
        "preprocessing": "[resize]",
        "gpus": "0",
        "memory_gb": "8",
        "cpu_cores": "4",
        "setup": "full",
    }
    from_data = copy("two/same", **given)
    assert contents(from_request) == contents(from_data)


@pytest.mark.parametrize(
    ("given", "architecture", "backbone"),
    [
        ("efficientnet_b0", "efficientnet", "efficientnet_b0"),
        ("resnet50", "resnet", "resnet50"),
        ("convnext_tiny", "convnext", "convnext_tiny"),
        ("vit_b_16", "vit", "vit_b_16"),
        ("efficientnet", "efficientnet", "tf_efficientnet_lite0"),
        ("resnet", "resnet", "resnet18"),
    ],
)
def test_a_backbone_settles_a_custom_architecture(
    copy: Copy, given: str, architecture: str, backbone: str
) -> None:
    model = {"architecture": "custom", "backbone": given}
    request = {"ml_task": {"type": "classification"}, "model_config": model}
    from_request = copy("one/same", request=request)
    answers = answers_of(from_request)
    assert (answers["architecture"], answers["backbone"]) == (architecture, backbone)
    same = {"architecture": architecture, "backbone": backbone}
    for name, data in (("two/same", model), ("three/same", same)):
        assert contents(copy(name, **data)) == contents(from_request)


def test_data_wins_over_the_request(copy: Copy) -> None:
    project = copy(request=load_request("digits-resnet"), num_epochs="3")
    assert answers_of(project)["num_epochs"] == 3
    assert "num_epochs: 3" in (project / "configs/config.yaml").read_text()


def test_answers_of_one_project_make_another(copy: Copy) -> None:
    first = copy("one/same", request=load_request("diabetes-mlp"))
    assert contents(first) == contents(copy("two/same", **answers_of(first)))


def test_a_request_is_stored_as_it_stands(copy: Copy) -> None:
    request = load_request("iris-notebook")
    answers = answers_of(copy(request=request))
    assert answers["request"] == request
    assert "request_file" not in answers


def test_a_name_beyond_the_basic_plane_is_a_name(copy: Copy) -> None:
    info = {"dataset_name": "Fotos 📷", "dataset_path": "data/x"}
    request = {"ml_task": {"type": "classification", "dataset_info": info}}
    assert answers_of(copy(request=request))["dataset_name"] == "Fotos 📷"


HOSTILE = '{{ 1 }} {% x %} ${{ y }} \'"\\ """ #: if\n#: endif\n- a: [b]\t🙂 ~ é'


def test_hostile_text_comes_back_exactly(copy: Copy) -> None:
    request = json.loads(json.dumps(IRIS))
    request["ml_task"]["problem_description"] = HOSTILE
    project = copy(request=request)
    assert answers_of(project)["problem_description"] == HOSTILE
    *_, literal = (project / "cell.txt").read_text().rstrip("\n").split("\n")
    assert eval(literal) == HOSTILE


PRICES = {"task": "regression", "dataset_path": "data/prices.csv"}
TAGS = {"objective": "multi_label", "data_source": "image_csv"}
REFUSED = [
    ({"architecture": "resnt"}, "did you mean resnet"),
    ({"num_epoch": "3"}, "did you mean num_epochs"),
    ({"num_epochs": "many"}, "num_epochs: must be a whole number"),
    ({"num_epochs": "0"}, "num_epochs: must be from 1"),
    ({"learning_rate": "nan"}, "learning_rate: must be above 0"),
    ({"gradient_clipping": "-1"}, "gradient_clipping: must be above 0"),
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
    ({"package_name": "x" * 61}, "at most 60"),
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
    ({"train_val_test_split": "[0.5, 0.5]"}, "must be three shares"),
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


def test_numbers_are_read_as_they_are_written(copy: Copy) -> None:
    spelt = {"target_value": "1e-4", "normalization_mean": "[1e-1, 2, 3]"}
    answers = answers_of(copy(**spelt, normalization_std="[1, 1, 1e0]"))
    assert answers["target_value"] == 1e-4
    assert answers["normalization_mean"] == [0.1, 2.0, 3.0]


def test_a_folder_is_spelt_in_one_way(copy: Copy) -> None:
    """Finders of macOS give an accent as a character of its own."""
    for name, request in (
        ("data", None),
        ("request", build("/experiment_config/checkpoint_dir", "cafe\u0301")),
    ):
        data = {} if request else {"checkpoint_dir": "cafe\u0301"}
        assert answers_of(copy(name, request=request, **data))["checkpoint_dir"] == "caf\u00e9"


def test_no_to_an_extra_that_is_not_offered_yet_is_no_to_nothing(copy: Copy) -> None:
    project = copy("one/same", export="no", serve=False, tune="False")
    assert contents(project) == contents(copy("two/same"))


def test_what_is_stored_is_what_is_used(copy: Copy) -> None:
    project = copy(preprocessing="[]", dataset_name="Digits")
    answers = answers_of(project)
    assert answers["preprocessing"] == ["resize"]
    assert answers["dataset_name"] == "digits"
    assert contents(copy("again/project", **answers)) == contents(project)


def test_what_has_no_effect_is_said_on_one_line(
    template: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    context = {"existing_codebase": True, "codebase_path": "src/", "baseline_model": "mine"}
    request = {**IRIS, "task_type": "notebook", "context": context}
    (tmp_path / "request.json").write_text(json.dumps(request))
    data = {"request_file": str(tmp_path / "request.json"), "freeze_epochs": "3"}
    text = {"request": json.dumps(request), "freeze_epochs": "3"}
    for name, given in (("some", data), ("text", text), ("none", {})):
        run_copy(str(template), tmp_path / name, data=given, defaults=True, unsafe=True)
        said = [line for line in capfd.readouterr().err.splitlines() if "Without effect" in line]
        if not given:
            assert said == []
            continue
        keys = re.findall(r"[a-z_]+(?= \(|,|\.$)", re.sub(r"\(.*?\)", "()", said[0]))
        assert keys == [
            *("task_type", "baseline_model", "freeze_epochs", "existing_codebase"),
            "codebase_path",
        ]


def test_a_refusal_leaves_an_existing_folder_alone(copy: Copy, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project/mine.txt").write_text("mine")
    with pytest.raises(UserMessageError):
        copy(request='{"ml_task": {"type": "regression"}, "x": 1}')
    assert [path.name for path in (tmp_path / "project").iterdir()] == ["mine.txt"]


def test_data_elsewhere_are_ignored_and_mounted(make: Render, tmp_path: Path) -> None:
    launch = {"distributed": True, "kubernetes": True, "docker": True}
    for path, ignored, mount in (
        ("pics/flowers", "pics", "/project/pics"),
        ("/mnt/flowers", "", "/mnt/flowers"),
    ):
        answers = {"data_source": "image_folder", "dataset_path": path, **launch}
        project = make(tmp_path / mount[1:] / "mine", **answers)
        for name, slash in ((".gitignore", "/"), (".dockerignore", "")):
            lines = (project / name).read_text().split("\n")
            assert (f"{slash}pics" in lines) == bool(ignored)
            assert not any("mnt" in line for line in lines)
        job = yaml.safe_load((project / "kubernetes.yaml").read_text())
        pod = job["spec"]["podTemplateOverrides"][0]["spec"]["containers"][0]
        places = {each["mountPath"]: each["subPath"] for each in pod["volumeMounts"]}
        assert places[mount] == f"mine/{mount.removeprefix('/project').lstrip('/')}"


def test_folder_names_become_valid_packages(copy: Copy) -> None:
    assert answers_of(copy("test"))["package_name"] == "test_project"
    assert answers_of(copy("2 Fast & Furious"))["package_name"] == "project_2_fast_furious"
