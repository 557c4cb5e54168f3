"""The settings files say what the dataclasses say, with the answers' values."""

import ast
import json
from typing import Any

import pytest
import yaml

from mldl.advice import complete
from mldl.catalog import ROWS, Row
from mldl.config_files import MODULES
from mldl.config_source import MISSING, Source, default_of, read_settings
from mldl.context import derive

from .support import ROOT, Copy


def test_config_yaml_holds_answers_comments_and_defaults(copy: Copy) -> None:
    text = (copy(learning_rate="1e-05") / "configs/config.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=config.schema.json\n")
    assert "python train.py --config configs/config.yaml" in text
    assert text.endswith("checkpoint_dir: checkpoints/\n")
    assert "  # Step size.\n  learning_rate: 1.0e-05\n" in text
    assert max(map(len, text.splitlines())) <= 88
    assert yaml.safe_load(text) == {
        "data": {
            "dataset_path": "data/digits",
            "augmentation": ["random_crop"],
            "max_samples": None,
        },
        "model": {"backbone": "resnet18", "dropout": 0.1},
        "task": {"label_smoothing": 0.0},
        "training": {
            "optimizer": "adamw",
            "learning_rate": 1e-05,
            "gradient_clipping": None,
            "num_epochs": 10,
        },
        "experiment": {"log_every": 10, "checkpoint_dir": "checkpoints/"},
    }


def test_smoke_yaml_is_small_and_has_folders_of_its_own(copy: Copy) -> None:
    project = copy(checkpoint_dir="runs/best")
    config = yaml.safe_load((project / "configs/config.yaml").read_text())
    smoke = yaml.safe_load((project / "configs/smoke.yaml").read_text())
    assert smoke["experiment"]["checkpoint_dir"] == "runs/best-smoke"
    assert smoke["experiment"]["log_every"] == 1
    assert smoke["training"]["num_epochs"] < config["training"]["num_epochs"]
    assert smoke["data"]["max_samples"] <= 64
    assert smoke["data"]["dataset_path"] == config["data"]["dataset_path"]


def test_guarded_settings_come_only_where_they_apply(copy: Copy) -> None:
    custom = yaml.safe_load((copy(architecture="custom") / "configs/config.yaml").read_text())
    assert set(custom["model"]) == {"dropout"}


def test_a_section_without_settings_is_not_written(copy: Copy) -> None:
    project = copy(task="regression")
    assert "task" not in yaml.safe_load((project / "configs/config.yaml").read_text())
    schema = json.loads((project / "configs/config.schema.json").read_text())
    assert schema["properties"]["task"]["properties"] == {}


def test_the_schema_knows_each_setting(copy: Copy) -> None:
    schema = json.loads((copy() / "configs/config.schema.json").read_text())
    assert schema["additionalProperties"] is False
    training = schema["properties"]["training"]
    assert training["additionalProperties"] is False
    assert training["properties"]["optimizer"] == {
        "description": "Optimizer.",
        "enum": ["adamw", "sgd"],
        "default": "adamw",
    }
    clipping = training["properties"]["gradient_clipping"]["anyOf"]
    assert clipping == [{"type": "number"}, {"type": "null"}]
    augmentation = schema["properties"]["data"]["properties"]["augmentation"]
    assert augmentation["items"] == {"type": "string"}
    assert augmentation["default"] == []


def test_any_answer_comes_back_from_the_yaml(copy: Copy) -> None:
    path = "\\\\server\\share: 'a' # b"  # \\ parts folders, as / does
    project = copy(data_source="image_folder", dataset_path=path)
    config = yaml.safe_load((project / "configs/config.yaml").read_text())
    assert config["data"]["dataset_path"] == "//server/share: 'a' # b"


@pytest.mark.parametrize(
    ("annotation", "schema"),
    [
        ("int", {"type": "integer"}),
        ("bool", {"type": "boolean"}),
        ("str | None", {"anyOf": [{"type": "string"}, {"type": "null"}]}),
        ("Optional[float]", {"anyOf": [{"type": "number"}, {"type": "null"}]}),
        ("list[int]", {"type": "array", "items": {"type": "integer"}}),
        ("tuple[str, ...]", {"type": "array", "items": {"type": "string"}}),
        ('Literal["a", 2]', {"enum": ["a", 2]}),
        ("Kind", {"enum": ["x"]}),
        ("PositiveInt", {"type": "integer", "minimum": 1}),
        ("Path", {}),
    ],
)
def test_types_become_schemas(annotation: str, schema: dict[str, Any]) -> None:
    kind = ast.parse('Literal["x"]', mode="eval").body
    source = Source({}, {"Kind": kind})
    assert source.schema(ast.parse(annotation, mode="eval").body) == schema


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-1.5", -1.5),
        ("(1, 2)", [1, 2]),
        ("field(default_factory=list)", []),
        ("field(default_factory=lambda: [0.7, 0.3])", [0.7, 0.3]),
        ("field(default=None)", None),
        ("compute()", MISSING),
    ],
)
def test_defaults_are_read_without_importing(text: str, value: Any) -> None:
    assert default_of(ast.parse(text, mode="eval").body) == value


def test_a_comment_behind_a_setting_is_its_text() -> None:
    module = """
class Data:
    kind: Literal[
        "a",
        "b",
    ] = "a"  # which one; null: none
    mark: str = "  # no comment"
    size: int = 3
    "How many."
class Config:
    data: Data
"""
    texts = [setting.text for setting in read_settings([module]).sections["data"]]
    assert texts == ["which one; null: none", "", "How many."]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.task}-{row.modality}")
def test_the_settings_of_every_stack_can_be_read(row: Row) -> None:
    for objective in row.objectives:
        answers = {"task": row.task, "modality": row.modality, "architecture": row.architecture}
        files = dict(derive(complete({**answers, "objective": objective}))["layers"])
        modules = [files[name] for name in files if name.endswith(MODULES)]
        assert len(modules) == len(MODULES)
        source = read_settings((ROOT / module).read_text() for module in modules)
        assert list(source.sections) == ["data", "model", "task", "training", "experiment"]
        for settings in source.sections.values():
            for setting in settings:
                assert setting.text, f"{setting.name} says nothing"
                assert source.schema(setting.annotation), f"{setting.name} has no schema"
