"""Settings: what is written is what counts, and what cannot be is refused by its name."""

import json
import runpy
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
import yaml

from pkg.config import Config
from pkg.engine.errors import run
from pkg.engine.cli import comments, make_parser, parse

ROOT = Path(__file__).parents[1]
CONFIG = ["--config", str(ROOT / "configs" / "config.yaml")]


def run_script(monkeypatch: pytest.MonkeyPatch, *flags: str) -> int:
    """Run train.py with flags; return its exit code."""
    monkeypatch.setattr(sys, "argv", ["train.py", *flags])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(ROOT / "train.py"), run_name="__main__")
    return int(end.value.code or 0)


@pytest.mark.parametrize("name", ["config.yaml", "smoke.yaml"])
def test_files_hold_every_setting_and_nothing_else(name: str) -> None:
    path = ROOT / "configs" / name
    config, _ = parse(make_parser(Config, None), Config, ["--config", str(path)])
    written = yaml.safe_load(path.read_text())
    assert asdict(config) == written
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
    path = ROOT / "configs" / "smoke.yaml"
    config, _ = parse(make_parser(Config, None), Config, ["--config", str(path)])
    again, _ = parse(make_parser(Config, None), Config, asdict(config))
    assert again == config


def test_every_setting_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        make_parser(Config, "train").parse_args(["--help"])
    assert not end.value.code
    text = capsys.readouterr().out
    for section, settings in vars(Config()).items():
        assert comments(type(settings)).keys() == vars(settings).keys()
        for name in vars(settings):
            assert f"--{section}.{name} " in text


@dataclass
class Section:
    size: int = 1  # of it

    def __post_init__(self) -> None:
        self.size += 0  # of something else


def test_a_comment_inside_a_method_explains_no_setting() -> None:
    assert comments(Section) == {"size": "of it"}


WRONG = {
    "training.learning_rat 1": "learning_rat",
    "training.learning_rate fast": "training.learning_rate",
    "training.learning_rate -0.1": "training.learning_rate",
    "training.learning_rate nan": "training.learning_rate",
    "training.batch_size 0": "training.batch_size",
    "training.batch_size 1.5": "training.batch_size",
    "training.batch_size true": "training.batch_size",
    "training.num_epochs 0": "training.num_epochs",
    "training.optimizer adagrad": "training.optimizer",
    #: if optimizer != "lion"
    "training.optimizer lion": "training.optimizer",
    #: endif
    #: if task == "classification"
    "training.label_smoothing 1": "training.label_smoothing",
    #: endif
    #: if architecture != "custom"
    "training.freeze_epochs -1": "training.freeze_epochs",
    #: endif
    #: if ema
    "training.ema_decay 1": "training.ema_decay",
    #: endif
    "training.weight_decay -1": "training.weight_decay",
    "training.warmup_epochs -1": "training.warmup_epochs",
    "training.min_delta -1": "training.min_delta",
    "training.max_bad_updates 0": "training.max_bad_updates",
    "training.max_setbacks -1": "training.max_setbacks",
    "training.max_training_time_hours 0": "training.max_training_time_hours",
    "training.max_inference_time_ms 0": "training.max_inference_time_ms",
    "training.lr_scheduler linear": "training.lr_scheduler",
    "training.gradient_clipping 0": "training.gradient_clipping",
    "training.accumulation_steps -1": "training.accumulation_steps",
    "training.patience 0": "training.patience",
    "training.seed -1": "training.seed",
    "training.deterministic maybe": "training.deterministic",
    "training.target_value 0.9": "training.target_metric",
    "training.monitor val_beauty": "training.monitor",
    "training.device abacus": "training.device",
    "data.train_val_test_split [0.5,0.5]": "data.train_val_test_split",
    "data.train_val_test_split [0.9,0.2,-0.1]": "data.train_val_test_split",
    "data.train_val_test_split [0.5,0.5,0.5]": "data.train_val_test_split",
    "data.max_samples 0": "data.max_samples",
    "model.dropout 1": "model.dropout",
    "model.nope 1": "model.nope",
    "experiment.log_every 0": "experiment.log_every",
    "experiment.keep_checkpoints 0": "experiment.keep_checkpoints",
    "experiment.save_frequency 0": "experiment.save_frequency",
    "experiment.save_every_minutes 0": "experiment.save_every_minutes",
    "experiment.profile_updates -1": "experiment.profile_updates",
    #: if tensorboard_enabled
    "experiment.picture_frequency -1": "experiment.picture_frequency",
    #: endif
    #: if family == "image"
    "data.input_shape [3,32]": "data.input_shape",
    "data.normalization_std [0.5,0.5]": "data.normalization_std",
    "data.in_memory perhaps": "data.in_memory",
    "data.preprocessing [sharpen]": "data.preprocessing",
    #: endif
}


@pytest.mark.parametrize("flag", WRONG)
def test_a_wrong_flag_is_one_line_and_exit_code_2(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    flag: str,
) -> None:
    nowhere = ["--data.dataset_path", "nowhere"]
    assert run_script(monkeypatch, *CONFIG, *nowhere, *f"--{flag}".split(" ", 1)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert WRONG[flag] in line
    assert list(tmp_path.iterdir()) == []


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
    assert run_script(monkeypatch, "--config", "mine.yaml") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ")
    assert named in line
    assert [path.name for path in tmp_path.iterdir()] == ["mine.yaml"]


def test_a_missing_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_script(monkeypatch, "--config", "configs/gone.yaml") == 2
    assert "gone.yaml" in capsys.readouterr().err


def test_the_settings_are_those_of_config_yaml_unless_another_file_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_script(monkeypatch) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "configs/config.yaml" in line
    Path("configs").mkdir()
    Path("configs/config.yaml").write_text("training: {monitor: val_beauty}")
    assert run_script(monkeypatch) == 2
    assert "training.monitor 'val_beauty' is none of" in capsys.readouterr().err


def test_resume_and_overwrite_contradict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_script(monkeypatch, *CONFIG, "--resume", "--overwrite") == 2
    assert "--resume and --overwrite" in capsys.readouterr().err


def test_a_key_that_ends_a_script_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as end:
        run(stop)
    assert (end.value.code, capsys.readouterr().err) == (130, "error: interrupted\n")
