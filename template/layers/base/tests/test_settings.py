"""Settings: what is written is what counts, and what cannot be is refused by its name."""

import json
from dataclasses import asdict
from pathlib import Path

import expected
import pytest
import samples
import yaml
from short_runs import ROOT, run_script

from pkg.config import Config
from pkg.engine.cli import comments, make_parser, parse

NOWHERE = ["--data.dataset_path", "nowhere"]


@pytest.mark.parametrize("name", ["config.yaml", "smoke.yaml"])
def test_files_hold_every_setting_and_nothing_else(name: str) -> None:
    path = ROOT / "configs" / name
    config, _ = parse(make_parser(Config, None), Config, ["--config", str(path)])
    written = yaml.safe_load(path.read_text())
    filled = {section: settings for section, settings in asdict(config).items() if settings}
    assert filled == written
    assert list(filled) == list(written)  # sections in their order
    schema = json.loads((ROOT / "configs" / "config.schema.json").read_text())
    for section, settings in written.items():
        assert schema["properties"][section]["properties"].keys() == settings.keys()


def test_a_flag_beats_the_file_and_the_file_beats_the_default(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("training: {batch_size: 7, learning_rate: 1e-4}")
    flags = ["--config", "mine.yaml", "--training.batch_size", "5"]
    config, _ = parse(make_parser(Config, None), Config, flags)
    assert config.training.batch_size == 5
    assert config.training.learning_rate == 1e-4
    assert config.training.num_epochs == Config().training.num_epochs


def test_a_checkpoint_gives_the_settings_back() -> None:
    config, _ = parse(make_parser(Config, None), Config, ["--training.batch_size", "5"])
    again, _ = parse(make_parser(Config, None), Config, asdict(config))
    assert again == config


@pytest.mark.parametrize("section", vars(Config()))
def test_every_setting_is_explained(section: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        make_parser(Config, "train").parse_args(["--help"])
    assert not end.value.code
    text, settings = capsys.readouterr().out, vars(Config())[section]
    assert comments(type(settings)).keys() == vars(settings).keys()
    for name in vars(settings):
        assert f"--{section}.{name} " in text


WRONG = {
    "training.learning_rat 1": "learning_rat",
    "training.learning_rate fast": "training.learning_rate",
    "training.batch_size 0": "training.batch_size",
    "training.monitor val_beauty": "training.monitor",
    "training.device abacus": "training.device",
    "data.train_val_test_split [0.5,0.5]": "data.train_val_test_split",
    "data.train_val_test_split [0.9,0.2,-0.1]": "data.train_val_test_split",
    "data.train_val_test_split [0.5,0.5,0.5]": "data.train_val_test_split",
    "data.max_samples 0": "data.max_samples",
    "data.max_unreadable 1": "data.max_unreadable",
    "model.dropout 1": "model.dropout",
    "model.nope 1": "model.nope",
    "task.nope 1": "task.nope",
    **samples.WRONG,
    **expected.WRONG,
}


@pytest.mark.parametrize("flag", WRONG)
def test_a_wrong_flag_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    flag: str,
) -> None:
    (tmp_path / "mine.yaml").write_text(f"training:\n  monitor: {expected.MONITOR}\n")
    flags = ["--config", "mine.yaml", *NOWHERE, *f"--{flag}".split(" ", 1)]
    assert run_script(monkeypatch, "train.py", *flags) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert WRONG[flag] in line
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("training: {lerning_rate: 1}", "lerning_rate"),
        ("training: {batch_size: many}", "training.batch_size"),
        ("trainning: {batch_size: 3}", "trainning"),
        ("training: {batch_size: 0}", "training.batch_size"),
        ("training: [1, 2]", "not list"),
        ("training: {batch_size: 3", "mine.yaml, line 1"),
        ("just words", "just words"),
    ],
)
def test_a_wrong_file_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: str,
    named: str,
) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    assert run_script(monkeypatch, "train.py", "--config", "mine.yaml") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert named in line
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_missing_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_script(monkeypatch, "train.py", "--config", "configs/gone.yaml") == 2
    assert "gone.yaml" in capsys.readouterr().err


def test_the_settings_are_those_of_config_yaml_unless_another_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_script(monkeypatch, "train.py") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "configs/config.yaml" in line
    Path("configs").mkdir()
    Path("configs/config.yaml").write_text("training: {monitor: val_beauty}")
    assert run_script(monkeypatch, "train.py") == 2
    assert "training.monitor 'val_beauty' is none of" in capsys.readouterr().err


def test_resume_and_overwrite_contradict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("{}")
    flags = ["--config", "mine.yaml", "--resume", "--overwrite"]
    assert run_script(monkeypatch, "train.py", *flags) == 2
    assert "--resume and --overwrite" in capsys.readouterr().err
