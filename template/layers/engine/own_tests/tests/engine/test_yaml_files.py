"""What YAML would take without a word is refused, with file and line."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pkg.engine.cli import make_parser, parse
from pkg.engine.errors import UserError
from pkg.engine.settings import (
    ExperimentSettings,
    TrainingSettings,
)
from pkg.engine.yaml_files import check_file


@dataclass(frozen=True)
class Names:
    """Settings with words in them."""

    class_names: list[str] | None = None  # names
    wanted: bool = False  # yes or no
    size: int | None = None  # of it
    label: str = "a"  # a word


@dataclass(frozen=True)
class Config:
    """All settings of these tests."""

    data: Names = field(default_factory=Names)
    training: TrainingSettings = field(default_factory=TrainingSettings)
    experiment: ExperimentSettings = field(default_factory=ExperimentSettings)


def refusal(path: Path, text: str | bytes) -> str:
    """Return what is said of a file, which is the same that a command line with it says."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError) as error:
        check_file(path, Config)
    with pytest.raises(UserError) as again:
        parse(make_parser(Config, None), Config, ["--config", str(path)])
    assert str(again.value) == str(error.value)
    assert "\n" not in str(error.value)
    return str(error.value)


TWICE = {
    "training: {seed: 1}\ndata: {size: 2}\ntraining:\n  seed: 2\n": (
        "line 3",
        "training",
        "line 1",
    ),
    "training:\n  seed: 1\n  batch_size: 2\n  seed: 3\n": ("line 4", "seed", "line 2"),
    "training: {seed: 1, seed: 1}": ("line 1", "seed", "line 1"),
}


@pytest.mark.parametrize("text", TWICE)
def test_case_11_a_key_that_stands_twice(tmp_path: Path, text: str) -> None:
    said = refusal(tmp_path / "mine.yaml", text)
    assert all(word in said for word in ("mine.yaml", *TWICE[text]))


EMPTY = [
    "training.learning_rate",
    "training.batch_size",
    "training.optimizer",
    "training.early_stopping",
    "experiment.checkpoint_dir",
    "data.label",
    "data.wanted",
]


@pytest.mark.parametrize("name", EMPTY)
@pytest.mark.parametrize("value", ["", " ~", " null", " # later"])
def test_case_12_a_setting_without_a_value(tmp_path: Path, name: str, value: str) -> None:
    section, key = name.split(".")
    said = refusal(tmp_path / "mine.yaml", f"{section}:\n  {key}:{value}\n")
    assert said == f"{tmp_path / 'mine.yaml'} line 2: {name} has no value"


def test_case_12_null_is_a_value_where_there_may_be_none(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("data: {size: null, class_names: ~}\ntraining: {gradient_clipping: }\n")
    config, _ = parse(make_parser(Config, None), Config, ["--config", str(path)])
    assert config.training.gradient_clipping is None


def test_case_12_a_section_without_settings(tmp_path: Path) -> None:
    assert "training is empty" in refusal(tmp_path / "mine.yaml", "training:\ndata: {size: 1}\n")


def test_case_22_a_file_that_is_not_utf_8(tmp_path: Path) -> None:
    said = refusal(tmp_path / "mine.yaml", "data: {label: caf\xe9}".encode("latin-1"))
    assert "mine.yaml is not in UTF-8" in said


@pytest.mark.parametrize("word", ["no", "Yes", "off", "ON", "y"])
def test_case_22_a_word_that_yaml_takes_for_a_boolean(tmp_path: Path, word: str) -> None:
    text = f"data:\n  class_names: [cat, {word}]\n"
    said = refusal(tmp_path / "mine.yaml", text)
    assert f"line 2: data.class_names: YAML reads {word} as a boolean" in said
    assert f'write it in quotes: "{word}"' in said


def test_case_22_in_quotes_it_is_a_word_and_a_switch_may_say_yes(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("data: {class_names: [\"yes\", 'no'], wanted: yes}\n")
    config, _ = parse(make_parser(Config, None), Config, [f"--config={path}"])
    assert config.data == Names(["yes", "no"], True)


def test_a_broken_file_is_one_line(tmp_path: Path) -> None:
    assert "mine.yaml is no YAML" in refusal(tmp_path / "mine.yaml", "training: [1\n")
