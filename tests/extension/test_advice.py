"""Advice: every answer gets a value and a reason, and each fact moves what it should."""

from typing import Any

import pytest

from mldl.advice import advise, complete, in_effect, no_effect
from mldl.catalog import ROWS, Row
from mldl.catalog.datasets import BUNDLED, fitting
from mldl.catalog.spelling import read
from mldl.contradictions import check
from mldl.fields import FIELDS
from mldl.request import flatten

from .support import load_request

REQUESTS = [
    *("digits-resnet", "mushrooms-vit-folder", "diabetes-mlp", "bolts-faster-rcnn", "leaves-unet"),
    *("letters-bert", "plays-gpt", "tiles-diffusion", "scans-model-only", "digits-deployment"),
    *("phrases-t5", "iris-notebook"),
]


def value(key: str, **answers: Any) -> Any:
    return advise(answers)[key].value


@pytest.mark.parametrize("name", REQUESTS)
def test_every_request_gets_a_value_and_a_reason_for_each_answer(name: str) -> None:
    given, problems = flatten(load_request(name))
    assert not problems
    advice = advise(given)
    given = read(given).answers
    assert list(advice) == list(FIELDS)
    for key, (each, reason) in advice.items():
        assert reason, f"{key} has no reason"
        if key in given and given[key] != []:  # no steps: the advisor has the say
            assert each == given[key]
        else:
            FIELDS[key].rule(each)


@pytest.mark.parametrize("name", REQUESTS)
def test_advice_does_not_move_once_it_is_taken(name: str) -> None:
    """The questions ask one by one: each answer taken must leave the others alone."""
    given, _ = flatten(load_request(name))
    first = {key: advice.value for key, advice in advise(given).items()}
    taken = dict(given)
    for key in FIELDS:
        taken[key] = first[key]
        again = {key: advice.value for key, advice in advise(taken).items()}
        assert again == first, key


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.task}-{row.modality}-{row.architecture}"
)
def test_defaults_of_every_cell_fit_together(row: Any) -> None:
    for objective in row.objectives:
        for small in (True, False):
            answers = {
                "task": row.task,
                "modality": row.modality,
                "objective": objective,
                "architecture": row.architecture,
            }
            if row.modality == "image" and not small:
                answers["input_shape"] = [3, 224, 224]
            assert check(complete(answers)) == []


@pytest.mark.parametrize("known", BUNDLED, ids=lambda known: known.name)
def test_every_architecture_takes_every_bundled_set(known: Any) -> None:
    for row in ROWS:
        able = known in fitting(row.task, row.modality, row.objectives[0])
        if able and (row.task, row.modality) == (known.task, known.modality):
            names = {"dataset_name": known.name, "task": known.task}
            answers = complete({**names, "architecture": row.architecture})
            assert answers["data_source"] == "bundled"
            assert answers["modality"] == known.modality
            assert check(answers) == []


def test_small_images_get_small_networks() -> None:
    small = {"resnet": "resnet18", "efficientnet": "tf_efficientnet_lite0"}
    small |= {"convnext": "convnext_atto", "vit": "test_vit"}
    for architecture, backbone in small.items():
        assert value("backbone", architecture=architecture) == backbone
    assert complete({"architecture": "vit"})["patch_size"] == 4
    large = {"architecture": "vit", "dataset_path": "data/photos", "pretrained": True}
    assert complete(large)["patch_size"] == 16


def test_large_tables_get_large_batches() -> None:
    assert value("batch_size", dataset_name="iris") < 64
    assert value("batch_size", modality="table", num_samples=50_000) == 256


PHOTOS = {"dataset_path": "data/photos", "input_shape": [3, 224, 224]}


def test_data_and_compute_decide_on_size_and_pretraining() -> None:
    assert value("pretrained", **PHOTOS, num_samples=500) is True
    assert value("pretrained", **PHOTOS, num_samples=1_000_000) is False
    assert value("backbone", **PHOTOS, num_samples=500) == "resnet50"
    scratch = {**PHOTOS, "pretrained": False}
    assert value("backbone", **scratch, gpus=0) == "resnet10t"
    assert value("backbone", **scratch, gpus=1) == "resnet50"
    fast = advise({**PHOTOS, "max_inference_time_ms": 20.0, "cpu_cores": 4})["backbone"]
    assert fast.value == "resnet10t"
    assert "20 ms" in fast.reason
    assert value("batch_size", **PHOTOS, gpus=1, memory_gb=80.0, num_samples=9000) == 128
    assert value("distributed", gpus=4) is True


def test_the_learning_rate_follows_optimizer_and_pretraining() -> None:
    assert value("learning_rate") == 0.001
    assert value("learning_rate", optimizer="sgd") == 0.01
    assert value("learning_rate", **PHOTOS, pretrained=True) == 0.0001
    assert value("learning_rate", optimizer="lion") == pytest.approx(0.00033)


def test_weights_of_torchvision_bring_its_backbones() -> None:
    assert value("pretrained_source", backbone="vit_b_16") == "torchvision"
    answers = {**PHOTOS, "architecture": "vit", "pretrained_source": "torchvision"}
    assert value("backbone", **answers, pretrained=True) in ("vit_b_16", "vit_b_32")
    assert value("architecture", backbone="vit_b_16") == "vit"


def test_no_steps_of_preprocessing_are_the_usual_ones() -> None:
    assert value("preprocessing", preprocessing=[]) == ["resize"]
    assert value("preprocessing", preprocessing=[], modality="table") == []


@pytest.mark.parametrize(
    "answers",
    [
        {"preprocessing": ["grayscale", "crop"]},
        {"preprocessing": ["grayscale"], "input_shape": [3, 8, 8]},
        {"preprocessing": ["pad"], "dataset_name": "mnist", "input_shape": [1, 28, 28]},
        {"preprocessing": ["pad"], "dataset_path": "data/photos"},
    ],
)
def test_images_that_come_to_their_size_need_no_resizing(answers: dict[str, Any]) -> None:
    assert check(complete({"architecture": "resnet", **answers})) == []


def test_the_number_of_layers_can_name_a_backbone() -> None:
    assert value("backbone", architecture="resnet", num_layers=50) == "resnet50"
    assert value("backbone", architecture="resnet", num_layers=7) == "resnet18"
    assert no_effect({"architecture": "resnet", "num_layers": 50}) == {}
    ignored = no_effect({"architecture": "vit", "num_layers": 6, "hidden_dim": 192})
    assert set(ignored) == {"num_layers", "hidden_dim"}
    assert all("published model" in reason for reason in ignored.values())


def test_warm_up_and_freezing_fit_into_a_short_training() -> None:
    vit = {"architecture": "vit", "num_epochs": 1}
    assert value("warmup_epochs", **vit) < 1
    assert value("freeze_epochs", **PHOTOS, pretrained=True, num_epochs=1) == 0
    assert check(complete(vit)) == []


def test_what_is_asked_for_brings_what_it_needs() -> None:
    assert value("distributed", slurm=True) is True
    assert value("distributed", kubernetes=True) is True
    docker = advise({"task_type": "deployment"})["docker"]
    assert docker.value is True
    assert docker.reason
    assert value("docker", task_type="training") is False


@pytest.mark.parametrize(
    ("answers", "key", "neutral"),
    [
        ({"pretrained": False, "freeze_epochs": 5}, "freeze_epochs", 0),
        ({"task": "regression", "class_weights": True}, "class_weights", False),
        ({"modality": "table", "augmentation": ["mixup"]}, "augmentation", []),
        ({"data_source": "image_folder", "target_column": "price"}, "target_column", ""),
        ({"task": "regression", "class_names": ["a"]}, "class_names", []),
    ],
)
def test_what_has_no_effect_is_not_rendered(
    answers: dict[str, Any], key: str, neutral: object
) -> None:
    assert key in no_effect(answers)
    assert in_effect(complete(answers))[key] == neutral


@pytest.mark.parametrize(
    ("answers", "key"),
    [
        ({"pretrained": False, "pretrained_source": "torchvision"}, "pretrained_source"),
        ({"dataset_name": "diabetes", "task": "regression", "target_column": "bmi"}, None),
        ({"data_source": "custom", "target_column": "price"}, "target_column"),
        ({"pretrained": True, "weights_path": "w.pt"}, "weights_path"),
        ({"target_metric": "f1"}, "target_metric"),
    ],
)
def test_what_has_an_effect_is_kept(answers: dict[str, Any], key: str | None) -> None:
    key = key or "target_column"
    assert no_effect(answers) == {}
    assert in_effect(complete(answers))[key] == answers[key]


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.task}-{row.modality}-{row.architecture}"
)
@pytest.mark.parametrize("weights", [False, True], ids=["scratch", "pretrained"])
def test_sizes_grow_and_can_be_made(row: Row, weights: bool) -> None:
    cell = {"task": row.task, "modality": row.modality, "objective": row.objectives[0]}
    given = {
        **cell,
        "architecture": row.architecture,
        "pretrained": weights and bool(row.backbones),
    }
    assert [*row.sizes] == ["tiny", "small", "base", "large"]
    before, found_for = dict[str, tuple[float, float]](), set[tuple[Any, ...]]()
    for size in row.sizes:
        values = complete({**given, "size": size})
        assert check(values) == []
        assert no_effect({**given, "size": size}) == {}
        found = row.backbone(values["backbone"])
        kind = "own" if found is None else "whole" if found.whole else "part"
        now = (found.parameters, 0) if found else (values["num_layers"], values["hidden_dim"])
        pair = (before.get(kind, (0, 0)), now)  # a part has no head, so compare like with like
        assert all(a <= b for a, b in zip(*pair, strict=True)), (size, pair)
        before[kind] = now
        found_for.add((kind, *now))
    assert len(found_for) > 1, "the dial does nothing"


def test_a_size_leaves_what_is_named() -> None:
    named = {"architecture": "resnet", "backbone": "resnet18", "size": "large"}
    assert complete(named)["backbone"] == "resnet18"
    assert no_effect(named) == {"size": "what it picks is named"}
    depth = {"modality": "table", "size": "large", "num_layers": 1}
    values = complete(depth)
    assert (values["num_layers"], values["hidden_dim"]) == (1, 512)
    assert no_effect(depth) == {}
    near = {"architecture": "vit", "size": "tiny", "input_shape": [3, 224, 224]}
    near |= {"data_source": "image_folder", "pretrained": True, "pretrained_source": "torchvision"}
    assert advise(near)["backbone"] == ("vit_b_16", "the nearest there is to size tiny")


def test_what_is_not_offered_yet_has_no_effect() -> None:
    assert no_effect({"baseline_model": "resnet50"}) == {"baseline_model": "not offered yet"}
    for name in ("model", "evaluation", "notebook"):
        assert set(no_effect({"task_type": name})) == {"task_type"}
    assert no_effect({"task_type": "deployment"}) == {}
    assert set(no_effect({"target_metric": "f1", "monitor": "val_loss"})) == {"target_metric"}


def test_what_does_not_apply_is_said_to_have_no_effect() -> None:
    given, _ = flatten(load_request("digits-resnet"))
    assert set(no_effect(given)) == {"activation"}
    table = no_effect({"modality": "table", "augmentation": ["mixup"], "activation": "tanh"})
    assert set(table) == {"augmentation"}
    assert no_effect({"tensorboard_enabled": False, "tensorboard_log_dir": "x"})
