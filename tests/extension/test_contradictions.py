"""Contradictions: what fits alone but not together, told with both places."""

from pathlib import Path
from typing import Any

import pytest

from .support import build, problems

INFO = "/ml_task/dataset_info"
LOG = "/experiment_config"
CONTRADICTIONS = [
    ({f"{INFO}/train_val_test_split": [0.7, 0.2, 0.2]}, "/train_val_test_split", "/2"),
    ({f"{INFO}/train_val_test_split": [1.2, -0.1, -0.1]}, "/train_val_test_split", "/1"),
    ({f"{INFO}/train_val_test_split": [0.8, 0.2, 0]}, "/train_val_test_split", "/2"),
    (
        {f"{INFO}/train_val_test_split": [0.7, 0.15, 0.15], f"{INFO}/num_samples": 3},
        "/train_val_test_split",
        "/num_samples",
    ),
    (
        {"/data_config/normalization": {"mean": [0.5], "std": [0.5]}},
        "/normalization/mean",
        "input_shape",
    ),
    (
        {f"{INFO}/class_names": ["a", "b"], f"{INFO}/output_shape": 3, f"{INFO}/dataset_path": "d"},
        "/class_names",
        "/output_shape",
    ),
    ({"/ml_task/performance_requirements/target_metric": "bleu"}, "/target_metric", "/type"),
    ({"/ml_task/performance_requirements/target_metric": "mse"}, "/target_metric", "/type"),
    (
        {"/model_config/architecture": "resnet", f"{INFO}/input_shape": [4]},
        "/architecture",
        "modality",
    ),
    ({"/model_config/architecture": "unet"}, "/architecture", "/type"),
    (
        {"/model_config/architecture": "resnet", "/model_config/backbone": "vit_b_16"},
        "/backbone",
        "/architecture",
    ),
    (
        {"/model_config/architecture": "vit", f"{INFO}/input_shape": [3, 30, 30]},
        "/input_shape",
        "backbone",
    ),
    (
        {"/model_config/architecture": "convnext", f"{INFO}/input_shape": [3, 16, 16]},
        "/input_shape",
        "/architecture",
    ),
    (
        {"/model_config/pretrained_source": "torchvision", "/model_config/backbone": "resnet10t"},
        "/pretrained_source",
        "/backbone",
    ),
    ({f"{INFO}/output_shape": 1, f"{INFO}/dataset_path": "d"}, "/output_shape", "/type"),
    (
        {"/experiment_config": {"checkpoint_dir": "x/", "tensorboard_log_dir": "x"}},
        "/tensorboard_log_dir",
        "/checkpoint_dir",
    ),
    ({f"{INFO}/dataset_name": "digits", f"{INFO}/output_shape": 7}, "/output_shape", "_name"),
    (
        {"/experiment_config": {"checkpoint_dir": "a", "tensorboard_log_dir": "A-smoke"}},
        "/tensorboard_log_dir",
        "/checkpoint_dir",
    ),
    ({LOG: {"checkpoint_dir": "a", "tensorboard_log_dir": "a/b"}}, "_log_dir", "/checkpoint_dir"),
    (
        {LOG: {"checkpoint_dir": "a/", "tensorboard_log_dir": "A-smoke/b"}},
        "/tensorboard_log_dir",
        "/checkpoint_dir",
    ),
    ({f"{LOG}/checkpoint_dir": "d", f"{INFO}/dataset_path": "d/x"}, "_dir", "/dataset_path"),
    ({f"{LOG}/checkpoint_dir": "d/x", f"{INFO}/dataset_path": "./d"}, "_dir", "/dataset_path"),
    ({f"{LOG}/checkpoint_dir": "d", f"{INFO}/dataset_path": "d-smoke"}, "_dir", "/dataset_path"),
    ({"/data_config/preprocessing": ["pad"]}, "/preprocessing", "input_shape"),
    (
        {"/data_config/preprocessing": ["grayscale"], f"{INFO}/dataset_name": "mnist"},
        "/preprocessing",
        "input_shape",
    ),
    ({f"{INFO}/dataset_path": "logs/x"}, "/dataset_path", "tensorboard_log_dir"),
    ({f"{INFO}/dataset_path": "ml_project/x"}, "/dataset_path", "package_name"),
    (
        {f"{INFO}/dataset_name": "iris", "/ml_task/dataset_info/num_samples": 1797},
        "/num_samples",
        "/dataset_name",
    ),
    (
        {f"{INFO}/dataset_name": "iris", f"{INFO}/class_names": ["a", "b", "c"]},
        "/class_names",
        "/dataset_name",
    ),
]


@pytest.mark.parametrize(("parts", "pointer", "other"), CONTRADICTIONS)
def test_a_contradiction_names_both_places(
    tmp_path: Path, parts: dict[str, Any], pointer: str, other: str
) -> None:
    request = build("/task_type", "training", **parts)
    found = [
        problem for problem in problems(tmp_path, request) if problem.pointer.endswith(pointer)
    ]
    assert found, "nothing was found at this pointer"
    assert found[0].type == "contradiction"
    assert found[0].other.endswith(other)
