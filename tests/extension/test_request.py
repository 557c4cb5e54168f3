"""Requests: what is refused, where, and that the others are read as they stand."""

import json
from pathlib import Path
from typing import Any

import pytest

from mldl.answers import accept
from mldl.problems import Rejected
from mldl.request import MOST_HINTS

from .support import build, problems

HERE = Path(__file__).parent
EXAMPLES = sorted((HERE.parents[1] / "examples").glob("*.json"))
BUILT = (
    *("digits-resnet", "mushrooms-vit-folder", "diabetes-mlp", "scans-model-only"),
    *("digits-deployment", "iris-notebook", "leaves-unet", "letters-bert", "plays-gpt"),
    "phrases-t5",
)
LATER = {"tiles-diffusion": "generation"}


INFO = "/ml_task/dataset_info"
WRONG = [
    ("/training_config/num_epochs", True, "wrong_type"),
    ("/training_config/num_epochs", "3", "wrong_type"),
    ("/training_config/num_epochs", 3.9, "wrong_type"),
    ("/training_config/num_epochs", 3.0, "wrong_type"),
    ("/training_config/num_epochs", 0, "out_of_range"),
    ("/training_config/learning_rate", "1e-3", "wrong_type"),
    ("/training_config/learning_rate", False, "wrong_type"),
    ("/training_config/learning_rate", -1, "out_of_range"),
    ("/training_config/optimizer", "adamm", "out_of_range"),
    ("/training_config/optimizer", 1, "wrong_type"),
    ("/training_config/early_stopping", True, "wrong_type"),
    ("/training_config/early_stopping/patience", 0, "out_of_range"),
    ("/training_config/mixed_precision", 1, "wrong_type"),
    ("/model_config/dropout", 1.0, "out_of_range"),
    ("/model_config/architecture", "resnt", "out_of_range"),
    ("/data_config/augmentation", "mixup", "wrong_type"),
    ("/data_config/augmentation", ["mixup", "mixup"], "out_of_range"),
    ("/data_config/augmentation", ["blurr"], "out_of_range"),
    ("/data_config/normalization/std", [0.5, 0.0, 0.5], "out_of_range"),
    (f"{INFO}/input_shape", [3, 0, 32], "out_of_range"),
    (f"{INFO}/input_shape", [3, 32.5, 32], "wrong_type"),
    (f"{INFO}/input_shape", 32, "wrong_type"),
    ("/ml_task/type", None, "wrong_type"),
    ("/ml_task/type", "clasification", "out_of_range"),
    ("/request_id", "not-a-uuid", "invalid_text"),
    ("/_copier_conf", {}, "unknown_field"),
    ("/training_config/num_epoch", 3, "unknown_field"),
    ("/ml_task/dataset_info/a~b/c", 3, "unknown_field"),
    ("/experiment_config/checkpoint_dir", "../up", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "/tmp/x", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "~/x", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "a\0b", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", ".git/hooks", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "a/.GIT", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "x" * 300, "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "C:\\x", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "con", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "", "unsafe_path"),
    ("/experiment_config/tensorboard_log_dir", "tests/logs", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "train.py", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", ".github/x", "unsafe_path"),
    ("/experiment_config/checkpoint_dir", "README.md", "unsafe_path"),
    (f"{INFO}/dataset_path", "file:///etc/passwd", "unsafe_url"),
    (f"{INFO}/dataset_path", "ext::sh -c id", "unsafe_url"),
    (f"{INFO}/dataset_path", "--upload-pack=x", "unsafe_url"),
    (f"{INFO}/dataset_path", "https://me:secret@host/x.zip", "unsafe_url"),
    (f"{INFO}/dataset_path", "https:///x.zip", "unsafe_url"),
    ("/ml_task/problem_description", "a\x07b", "invalid_text"),
    ("/ml_task/problem_description", "a\u2028b", "invalid_text"),
    ("/ml_task/problem_description", "a\u202eb", "invalid_text"),
    ("/ml_task/problem_description", "a\ud800b", "invalid_text"),
    ("/ml_task/problem_description", "a\rb", "invalid_text"),
    ("/ml_task/problem_description", "a\ufdd0b", "invalid_text"),
    ("/ml_task/problem_description", "a\U0001fffeb", "invalid_text"),
    (f"{INFO}/dataset_name", "two\nlines", "invalid_text"),
    ("/experiment_config/wandb_project", "team/project", "invalid_text"),
    ("/experiment_config/wandb_project", "abc\n", "invalid_text"),
]


@pytest.mark.parametrize(("pointer", "value", "kind"), WRONG)
def test_a_wrong_value_is_refused_where_it_stands(
    tmp_path: Path, pointer: str, value: Any, kind: str
) -> None:
    found = problems(tmp_path, build(pointer, value))
    place = pointer.replace("a~b/c", "a~0b")
    assert [(problem.type, problem.pointer) for problem in found] == [(kind, place)]
    line = found[0].line()
    assert line.isprintable()
    assert len(line) < 1000


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000])
def test_numbers_that_are_none_are_refused(tmp_path: Path, number: str) -> None:
    for key in ("learning_rate", "num_epochs"):
        text = f'{{"ml_task": {{"type": "regression"}}, "training_config": {{"{key}": {number}}}}}'
        (found,) = problems(tmp_path, text)
        assert found.type in ("wrong_type", "out_of_range")
        assert found.pointer == f"/training_config/{key}"
        assert number == "NaN" or "whole number" not in found.message, "it may well be one"


@pytest.mark.parametrize(
    "text",
    [
        '{"ml_task": {"type": "regression", "type": "classification"}}',
        "[" * 100_000,
        '{"a":' * 100_000,
        '{"ml_task": {"type": "regression"}, "x": "' + "x" * 1_000_001 + '"}',
        "",
        "not json",
        "[]",
        '{"ml_task": {"type": "regression"}} extra',
        b'{"ml_task": "\xff"}',
    ],
    ids=["twice", "deep", "deep objects", "large", "empty", "text", "list", "more", "latin"],
)
def test_what_is_not_json_is_refused(tmp_path: Path, text: str | bytes) -> None:
    (found,) = problems(tmp_path, text)
    assert (found.type, found.pointer) == ("malformed_json", "")


def test_large_hostile_requests_are_refused_quickly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = []

    def match(word: str, names: list[str], **options: Any) -> list[str]:
        hints.extend([word] if names else [])
        return []

    monkeypatch.setattr("mldl.problems.get_close_matches", match)
    head = '{"ml_task": {"type": "regression"}, '
    many = ", ".join(f'"k{number}": 0' for number in range(70_000))
    text = head + many + ', "k69999": 1}'
    assert problems(tmp_path, text)[0].type == "malformed_json"
    found = problems(tmp_path, head + many + "}")
    names = ", ".join(f'"n{number}"' for number in range(9_999))
    info = f'{{"type": "regression", "dataset_info": {{"class_names": [{names}, "n9998"]}}}}'
    assert problems(tmp_path, f'{{"ml_task": {info}}}')[0].type == "out_of_range"
    assert len(hints) <= MOST_HINTS, "each takes time"
    assert len(found) == 70_000
    assert str(Rejected(found)).count("\n") == 100
    for depth in (12, 400, 900):
        nested = "[" * depth + "]" * depth
        deep = problems(tmp_path, head + f'"data_config": {{"augmentation": {nested}}}}}')
        assert deep[0].type == "malformed_json"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"nothing\.json: No such file"):
        accept({"request_file": str(tmp_path / "nothing.json")}, {})


def test_all_problems_come_at_once_with_hints(tmp_path: Path) -> None:
    request = build("/training_config/num_epoch", 3, **{"/model_config/dropout": 2})
    request["ml_task"]["type"] = "clasification"
    lines = [problem.line() for problem in problems(tmp_path, request)]
    assert len(lines) == 3
    assert "did you mean classification?" in lines[0]
    assert "did you mean num_epochs?" in lines[1]


@pytest.mark.parametrize("name", BUILT)
def test_requests_for_cells_that_are_built_are_accepted(name: str) -> None:
    answers = accept({"request_file": str(HERE / f"requests/{name}.json")}, {})
    request = json.loads((HERE / f"requests/{name}.json").read_text())
    model = request["model_config"]
    assert {key: answers[key] for key in ("architecture", "dropout") if key in model} == {
        key: model[key] for key in ("architecture", "dropout") if key in model
    }


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_accepted(path: Path) -> None:
    assert accept({"request_file": str(path)}, {})["task"]


@pytest.mark.parametrize(("name", "task"), LATER.items())
def test_requests_for_later_cells_get_one_clear_line(tmp_path: Path, name: str, task: str) -> None:
    (found,) = problems(tmp_path, (HERE / f"requests/{name}.json").read_text())
    assert (found.type, found.pointer) == ("out_of_range", "/ml_task/type")
    assert f"{task} is not offered yet: this version has classification" in found.message


@pytest.mark.parametrize(
    "text",
    [
        "{{ 1 }}",
        "{% x %}",
        "${{ y }}",
        "#: if",
        '\'"\\"""',
        "two\nlines\tand more",
        "🙂ž\U0001fac8",
    ],
)
def test_hostile_text_is_plain_data(tmp_path: Path, text: str) -> None:
    path = tmp_path / "request.json"
    path.write_text(json.dumps(build("/ml_task/problem_description", text)))
    assert accept({"request_file": str(path)}, {})["problem_description"] == text
