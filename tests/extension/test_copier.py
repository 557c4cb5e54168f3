"""Projects made by Copier itself: the same answers, the same bytes."""

import json
import re
from pathlib import Path

import pytest
import yaml
from copier import run_copy

from tests.support import commit, contents
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
    assert yaml.safe_load(literal) == HOSTILE


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


def test_the_package_bears_its_name_everywhere(copy: Copy, template: Path) -> None:
    base = template / "template/layers/base"
    (base / "train.py").write_text("from pkg.config import Config  # no pkgs, no my_pkg\n")
    (base / "notes.md").write_text("`pkg/config.py` of pkg, and pkg.data\n")
    commit(template, "v2")
    for name in ("mine", "n" * 40):
        project = copy(name, package_name=name)
        text = f"from {name}.config import Config  # no pkgs, no my_pkg\n"
        assert (project / "train.py").read_text() == text
        assert (
            project / "notes.md"
        ).read_text() == f"`{name}/config.py` of {name}, and {name}.data\n"
        assert (project / name / "config.py").is_file()
        assert not (project / "pkg").exists()


def test_what_is_rendered_is_the_file_less_its_directives(copy: Copy, template: Path) -> None:
    guarded = "a = 1\n\n\n#: if ema\nb = 2\n\n\n#: endif\nc = 3\n#: if not ema\n\nd = 4\n#: endif\n"
    (template / "template/layers/base/guarded.py").write_text(guarded)
    commit(template, "v2")
    assert (copy("no") / "guarded.py").read_text() == "a = 1\n\n\nc = 3\n\nd = 4\n"
    assert (copy("yes", ema=True) / "guarded.py").read_text() == ("a = 1\n\n\nb = 2\n\n\nc = 3\n")
