"""Command lines and files become settings, or one line that names what is wrong."""

from dataclasses import asdict, dataclass, field

import pytest

from pkg.engine.cli import comments, make_parser, parse
from pkg.engine.errors import UserError, run
from pkg.engine.settings import (
    ExperimentSettings,
    TrainingSettings,
)


@dataclass(frozen=True)
class Config:
    """The sections that every project has."""

    training: TrainingSettings = field(default_factory=TrainingSettings)
    experiment: ExperimentSettings = field(default_factory=ExperimentSettings)


@dataclass
class Section:
    size: int = 1  # of it

    def __post_init__(self) -> None:
        self.size += 0  # of something else


def test_a_comment_inside_a_method_explains_no_setting() -> None:
    assert comments(Section) == {"size": "of it"}


def test_every_setting_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        make_parser(Config, "train").parse_args(["--help"])
    assert not end.value.code
    text = capsys.readouterr().out
    for section, settings in vars(Config()).items():
        assert comments(type(settings)).keys() == vars(settings).keys()
        for name in vars(settings):
            assert f"--{section}.{name} " in text


def test_a_checkpoint_gives_the_settings_back() -> None:
    flags = ["--training.batch_size", "7", "--experiment.save_every_minutes", "0.5"]
    config, _ = parse(make_parser(Config, None), Config, flags)
    again, _ = parse(make_parser(Config, None), Config, asdict(config))
    assert again == config
    assert config.training.batch_size == 7


WRONG = {
    "training.learning_rat 1": "learning_rat",
    "training.learning_rate fast": "training.learning_rate",
    "training.learning_rate -0.1": "training.learning_rate",
    "training.learning_rate nan": "training.learning_rate",
    "training.batch_size 0": "training.batch_size",
    "training.batch_size 1.5": "training.batch_size",
    "training.batch_size true": "training.batch_size",
    "training.num_epochs 0": "training.num_epochs",
    "training.updates_per_epoch 0": "training.updates_per_epoch",
    "training.optimizer adagrad": "training.optimizer",
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
    "experiment.log_every 0": "experiment.log_every",
    "experiment.keep_checkpoints 0": "experiment.keep_checkpoints",
    "experiment.save_frequency 0": "experiment.save_frequency",
    "experiment.save_every_minutes 0": "experiment.save_every_minutes",
    "experiment.profile_updates -1": "experiment.profile_updates",
    #: if has_backbone
    "training.freeze_epochs -1": "training.freeze_epochs",
    #: endif
    #: if ema
    "training.ema_decay 1": "training.ema_decay",
    #: endif
    #: if tensorboard_enabled
    "experiment.plot_frequency -1": "experiment.plot_frequency",
    #: endif
}


@pytest.mark.parametrize("flag", WRONG)
def test_a_wrong_flag_is_refused_by_name(flag: str) -> None:
    flags = f"--{flag}".split(" ", 1)
    with pytest.raises(UserError) as refused:
        parse(make_parser(Config, None), Config, flags)
    assert WRONG[flag] in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["early_stopping", "lr_scheduler"])
def test_what_follows_a_monitor_needs_one(name: str) -> None:
    value = {"early_stopping": "true", "lr_scheduler": "plateau"}[name]
    flags = ["--training.monitor", "null", f"--training.{name}", value]
    with pytest.raises(UserError, match=rf"training\.{name}.* needs training\.monitor"):
        parse(make_parser(Config, None), Config, flags)


def test_a_key_that_ends_a_script_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as end:
        run(stop)
    assert (end.value.code, capsys.readouterr().err) == (130, "error: interrupted\n")
