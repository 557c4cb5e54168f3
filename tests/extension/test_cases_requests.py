"""Cases 29 and 32 to 41: what is given to Copier is data, and is read as people write it."""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from copier import Settings, run_copy, run_update
from copier.errors import UserMessageError

from mldl.answers import problem_with
from mldl.fields import FIELDS, GROUPS, OTHER_FIELDS
from tests.support import commit, git

from .support import Copy, answers_of, build

OPTIONS: dict[str, Any] = {"defaults": True, "unsafe": True, "quiet": True}
PRODUCT = str(1234567 * 8)
CANARY = "{{ 1234567 * 8 }}"
OTHERS = ("{% if 1234567 * 8 %}", "{# 1 #}", "#: if x", "{{ nothing.here }}")
POINTERS = (*(field.pointer for field in FIELDS.values() if field.pointer), *OTHER_FIELDS)
KEYS = (*FIELDS, "request", "request_file", *GROUPS)


def canaries(key: str) -> tuple[str, ...]:
    """Return texts that show if a template is made of them; several where any text is taken."""
    free = key in FIELDS and problem_with(key, CANARY) is None
    return (CANARY, *OTHERS) if free else (CANARY,)


def unevaluated(make: Callable[[], object], folder: Path, key: str, canary: str) -> None:
    """Make a project, or be refused in lines: in either case nothing is evaluated."""
    message = ""
    try:
        make()
    except UserMessageError as refusal:
        message = refusal.message
    assert PRODUCT not in message
    assert "jinja" not in message.lower()
    if message:
        return
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    assert not any(PRODUCT in path.read_text() for path in files)
    if key in FIELDS and problem_with(key, canary) is None:
        assert answers_of(folder)[key] == canary


@pytest.mark.parametrize("key", KEYS)
def test_case_29_data_is_never_evaluated(copy: Copy, tmp_path: Path, key: str) -> None:
    values = [*canaries(key), [CANARY]]
    for number, value in enumerate(values):
        name = f"p{number}"
        make = partial(copy, name, **{key: value})
        unevaluated(make, tmp_path / name, key, str(value))


@pytest.mark.parametrize("pointer", POINTERS)
def test_case_29_a_request_is_never_evaluated(copy: Copy, tmp_path: Path, pointer: str) -> None:
    key = next((key for key, field in FIELDS.items() if field.pointer == pointer), "")
    for number, value in enumerate([*canaries(key), [CANARY]]):
        name = f"p{number}"
        make = partial(copy, name, request=build(pointer, value))
        unevaluated(make, tmp_path / name, key, str(value))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for one project that is made once, and copied by each test."""
    return tmp_path_factory.mktemp("made")


@pytest.mark.parametrize("key", KEYS)
def test_case_29_stored_answers_are_never_evaluated(
    copy: Copy, template: Path, tmp_path: Path, made: Path, key: str
) -> None:
    if not (made / "project").exists():
        shutil.copytree(copy(), made / "project")
    for number, value in enumerate([*canaries(key), [CANARY]]):
        project = Path(shutil.copytree(made / "project", tmp_path / f"p{number}"))
        stored = {**answers_of(project), "_src_path": str(template), key: value}
        (project / ".copier-answers.yml").write_text(yaml.safe_dump(stored))
        make = partial(run_copy, str(template), project, overwrite=True, **OPTIONS)
        unevaluated(make, project, key, str(value))


def test_case_29_an_update_never_evaluates(copy: Copy, template: Path, tmp_path: Path) -> None:
    project = copy(dataset_name=CANARY, dataset_path="data/x", author_name="#: if x")
    git(project, "init", "--quiet")
    commit(project)
    (template / "template/layers/base/new.txt").write_text("new\n")
    commit(template, "v2")
    run_update(str(project), data={"problem_description": OTHERS[0]}, overwrite=True, **OPTIONS)
    answers = answers_of(project)
    assert (project / "new.txt").exists()
    assert (answers["dataset_name"], answers["author_name"]) == (CANARY, "#: if x")
    assert answers["problem_description"] == OTHERS[0]


def test_case_29_a_folder_is_no_template(copy: Copy) -> None:
    assert answers_of(copy(CANARY))["project_name"] == CANARY


@pytest.mark.parametrize(
    ("info", "name", "source"),
    [
        ({"dataset_name": "CIFAR-10"}, "CIFAR10", "torchvision"),
        ({"dataset_name": "cifar10"}, "CIFAR10", "torchvision"),
        ({"dataset_name": "svhn"}, "SVHN", "torchvision"),
        ({"dataset_name": "fashion-mnist"}, "FashionMNIST", "torchvision"),
        ({"dataset_name": "Digits"}, "digits", "bundled"),
    ],
)
def test_case_32_a_data_set_by_any_spelling_in_any_way(
    copy: Copy, info: dict[str, Any], name: str, source: str
) -> None:
    request = {"ml_task": {"type": "classification", "dataset_info": info}}
    for made in (copy("request", request=request), copy("data", **info)):
        answers = answers_of(made)
        assert (answers["dataset_name"], answers["data_source"]) == (name, source)


def test_case_32_an_update_to_another_set(copy: Copy) -> None:
    project = copy()
    git(project, "init", "--quiet")
    commit(project)
    given = {"data_source": "torchvision", "dataset_name": "fashion-mnist"}
    run_update(str(project), data=given, overwrite=True, **OPTIONS)
    answers = answers_of(project)
    assert (answers["dataset_name"], answers["dataset_path"]) == ("FashionMNIST", "FashionMNIST")
    assert answers["input_shape"] == [1, 32, 32]


def user(**defaults: Any) -> Settings:
    """Return the settings of one who has defaults for all templates."""
    return Settings(defaults=defaults)


def test_case_33_a_request_wins_over_a_users_defaults(template: Path, tmp_path: Path) -> None:
    request = build("/training_config/batch_size", 128)
    (tmp_path / "request.json").write_text(json.dumps(request))
    for name, data, size in (
        ("request", {"request_file": str(tmp_path / "request.json")}, 128),
        ("data", {"batch_size": "16"}, 16),
        ("neither", {}, 8),
    ):
        mine = user(batch_size=8, author_name="Ada", other_template="x")
        run_copy(str(template), tmp_path / name, data=data, settings=mine, **OPTIONS)
        answers = answers_of(tmp_path / name)
        assert (answers["batch_size"], answers["author_name"]) == (size, "Ada")


@pytest.mark.parametrize(
    ("mine", "message"),
    [
        ({"license": "BSD"}, "license in your Copier settings: "),
        ({"architecture": "vgg"}, "architecture in your Copier settings: "),
        ({"batch_size": "many"}, "batch_size in your Copier settings: must be a whole number"),
        ({"architecture": "resnet", "modality": "table"}, "in your Copier settings"),
    ],
)
def test_case_33_a_bad_default_of_a_user_is_one_line(
    template: Path, tmp_path: Path, mine: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserMessageError) as refusal:
        run_copy(str(template), tmp_path / "p", settings=user(**mine), **OPTIONS)
    assert message in refusal.value.message
    assert "\n" not in refusal.value.message
    assert not (tmp_path / "p").exists()


def test_case_34_answers_of_another_template_are_not_taken_over(
    template: Path, copy: Copy, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    path = folder / ".copier-answers.yml"
    path.write_text("_src_path: gh:other/template\nlicense: ISC\npackage_name: My-Thing\n")
    before = path.read_bytes()
    with pytest.raises(UserMessageError, match=r"-a .*belongs to gh:other/template") as refusal:
        copy()
    assert "\n" not in refusal.value.message
    assert [each.name for each in folder.iterdir()] == [path.name]
    run_copy(str(template), folder, answers_file=".copier-answers.mldl.yml", **OPTIONS)
    assert path.read_bytes() == before
    assert "license: MIT" in (folder / ".copier-answers.mldl.yml").read_text()


@pytest.mark.parametrize("request_", [["ml_task"], 5, False, "[1]", "5", {"x": {1, 2}}])
def test_case_35_a_request_is_an_object(template: Path, tmp_path: Path, request_: Any) -> None:
    with pytest.raises(UserMessageError, match="request: must be a JSON object, not ") as refusal:
        run_copy(str(template), tmp_path / "p", data={"request": request_}, **OPTIONS)
    assert "\n" not in refusal.value.message


def test_case_35_two_requests_at_once_are_refused(template: Path, tmp_path: Path) -> None:
    one = {"ml_task": {"type": "classification"}}
    path = tmp_path / "one.json"
    path.write_text(json.dumps(one))
    both = {"request_file": str(path), "request": json.dumps(one)}
    with pytest.raises(UserMessageError, match="request_file and request: both hold a request"):
        run_copy(str(template), tmp_path / "p", data=both, **OPTIONS)


@pytest.mark.parametrize("way", ["data", "request"])
def test_case_36_backslashes_part_folders(copy: Copy, way: str) -> None:
    info = {"data_source": "image_folder", "dataset_path": "pics\\cats"}
    log = {"checkpoint_dir": "saved\\x", "tensorboard_log_dir": "logs\\y"}
    if way == "data":
        answers = answers_of(copy(**info, **log))
    else:
        task = {"type": "classification", "dataset_info": info}
        answers = answers_of(copy(request={"ml_task": task, "experiment_config": log}))
    assert answers["dataset_path"] == "pics/cats"
    assert (answers["checkpoint_dir"], answers["tensorboard_log_dir"]) == ("saved/x", "logs/y")


def test_case_36_backslashes_pass_no_check(copy: Copy) -> None:
    for given, message in (
        ({"checkpoint_dir": "..\\up"}, "folder inside the project"),
        ({"checkpoint_dir": "tests\\x"}, "tests holds files of the project"),
        ({"dataset_path": "checkpoints\\x"}, "need to be apart"),
        ({"pretrained": "yes", "weights_path": "checkpoints\\w.pt"}, "elsewhere"),
    ):
        with pytest.raises(UserMessageError, match=message):
            copy(**given)


def test_case_38_facts_of_a_bundled_set_leave_with_it(copy: Copy) -> None:
    project = copy()
    git(project, "init", "--quiet")
    commit(project)
    run_update(
        str(project),
        data={"data_source": "image_folder", "dataset_path": "data/pets"},
        overwrite=True,
        **OPTIONS,
    )
    answers = answers_of(project)
    assert (answers["output_shape"], answers["num_samples"]) == (None, None)
    assert answers["input_shape"] == [3, 224, 224]
    assert answers["dataset_path"] == "data/pets"
    commit(project)
    run_update(str(project), data={"input_shape": "3,64,64"}, overwrite=True, **OPTIONS)
    commit(project)
    run_update(str(project), data={}, overwrite=True, **OPTIONS)
    assert answers_of(project)["input_shape"] == [3, 64, 64], "what an owner says stays"


def test_case_38_a_fact_that_is_given_again_stays(copy: Copy) -> None:
    project = copy()
    git(project, "init", "--quiet")
    commit(project)
    given = {"data_source": "image_folder", "dataset_path": "data/x", "input_shape": "3,32,32"}
    run_update(str(project), data=given, overwrite=True, **OPTIONS)
    assert answers_of(project)["input_shape"] == [3, 32, 32]


@pytest.mark.parametrize(
    "edit",
    [
        {"architecture": "vgg"},
        {"task": "regression"},
        {"task": "regression", "modality": "table"},
        {"modality": "table"},
        {"objective": "targets"},
        {"data_source": "somewhere"},
        {"dataset_name": "cats"},
        {"input_shape": 5},
        {"license": "ISC"},
        {"augmentation": ["zoom"]},
    ],
    ids=str,
)
def test_case_39_answers_edited_by_hand_are_one_line(copy: Copy, edit: dict[str, Any]) -> None:
    project = copy()
    path = project / ".copier-answers.yml"
    path.write_text(yaml.safe_dump({**answers_of(project), **edit}))
    git(project, "init", "--quiet")
    commit(project)
    with pytest.raises(UserMessageError, match=r"git log -p \.copier-answers\.yml") as refusal:
        run_update(str(project), data={}, overwrite=True, **OPTIONS)
    assert "\n" not in refusal.value.message
    assert all(key in refusal.value.message for key in list(edit)[:1])
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"architecture": "ResNet-50"}, {"architecture": "resnet", "backbone": "resnet50"}),
        ({"architecture": "ViT-B/16"}, {"architecture": "vit", "backbone": "vit_b_16"}),
        ({"architecture": "vit_b_16"}, {"architecture": "vit", "backbone": "vit_b_16"}),
        ({"architecture": "EfficientNet-B0"}, {"backbone": "efficientnet_b0"}),
        ({"architecture": "CNN"}, {"architecture": "custom"}),
        ({"architecture": "resnet", "backbone": "ResNet 34"}, {"backbone": "resnet34"}),
        ({"gradient_clipping": "0"}, {"gradient_clipping": None}),
        ({"gradient_clipping": "none"}, {"gradient_clipping": None}),
        ({"max_training_time_hours": "0"}, {"max_training_time_hours": None}),
        ({"target_metric": "none"}, {"target_metric": ""}),
    ],
    ids=str,
)
def test_case_40_names_that_people_use(
    copy: Copy, given: dict[str, str], expected: dict[str, Any]
) -> None:
    answers = answers_of(copy(**given))
    assert {key: answers[key] for key in expected} == expected


def test_case_40_in_a_request_too(copy: Copy) -> None:
    request = build("/model_config/architecture", "ResNet-50")
    request["training_config"] = {"gradient_clipping": 0}
    answers = answers_of(copy(request=request))
    assert (answers["architecture"], answers["backbone"]) == ("resnet", "resnet50")
    assert answers["gradient_clipping"] is None


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"architecture": "capsnet"}, "custom?"),
        ({"lr_scheduler": "none"}, "cosine?"),
        ({"target_metric": "rmse"}, "mse?"),
    ],
    ids=str,
)
def test_case_40_a_hint_only_where_it_is_near(
    copy: Copy, given: dict[str, str], wrong: str
) -> None:
    with pytest.raises(UserMessageError, match="choose from") as refusal:
        copy(**given)
    assert f"did you mean {wrong}" not in refusal.value.message


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("input_shape", "3,64,64", [3, 64, 64]),
        ("input_shape", "(3, 64, 64)", [3, 64, 64]),
        ("input_shape", "3 x 64 x 64", [3, 64, 64]),
        ("input_shape", "[3, 64, 64]", [3, 64, 64]),
        ("train_val_test_split", "0.7, 0.2, 0.1", [0.7, 0.2, 0.1]),
        ("train_val_test_split", "(0.7 0.2 0.1)", [0.7, 0.2, 0.1]),
        ("train_val_test_split", "0.8/0.1/0.1", [0.8, 0.1, 0.1]),
        ("normalization_mean", "0.5, 0.5, 0.5", [0.5, 0.5, 0.5]),
        ("num_epochs", " 1,000 ", 1000),
        ("learning_rate", "1e-3", 0.001),
    ],
)
def test_case_41_as_people_write_them(copy: Copy, key: str, text: str, value: Any) -> None:
    assert answers_of(copy(**{key: text}))[key] == value


def test_case_41_numbers_of_own_data(copy: Copy) -> None:
    own = {"data_source": "image_folder", "dataset_path": "data/x"}
    answers = answers_of(copy(**own, class_names="cat, dog", num_samples="1,797"))
    assert (answers["class_names"], answers["num_samples"]) == (["cat", "dog"], 1797)


@pytest.mark.parametrize(
    ("key", "text", "right"),
    [
        ("train_val_test_split", "[70,15,15]", "write [0.7, 0.15, 0.15]"),
        ("train_val_test_split", "80/10/10", "write [0.8, 0.1, 0.1]"),
        ("learning_rate", "0,001", "write 0.001"),
        ("dropout", "20%", "write 0.2"),
        ("target_value", "96", "did you mean 0.96?"),
        ("input_shape", "64,64,3", "did you mean [3, 64, 64]?"),
        ("wandb_project", "team/first", "write team-first"),
    ],
)
def test_case_41_refused_with_the_right_spelling(
    copy: Copy, key: str, text: str, right: str
) -> None:
    with pytest.raises(UserMessageError) as refusal:
        copy(**{key: text})
    assert right in refusal.value.message


def test_case_44_a_hub_set_needs_a_name_where_no_example_is_known(copy: Copy) -> None:
    for more in ({"objective": "multi_label"}, {"task": "regression", "modality": "image"}):
        with pytest.raises(UserMessageError, match="on the hub, not nothing"):
            copy(data_source="huggingface", **more)
