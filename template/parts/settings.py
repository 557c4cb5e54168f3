"""Settings of training and of the experiment, and how a command line becomes them.

A setting is defined once: here, in `config.py` or in `models/settings.py`. The comments
of `configs/config.yaml` and the schema beside it are made of these docstrings.
"""

from argparse import ArgumentError
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from .errors import UserError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from jsonargparse import ArgumentParser, Namespace

ConfigT = TypeVar("ConfigT", bound="DataclassInstance")


@dataclass(frozen=True)
class TrainingSettings:
    """How the weights are found."""

    optimizer: Literal[
        "adam",
        "adamw",
        "sgd",
        #: if optimizer == "lion"
        "lion",
        #: endif
    ] = "adamw"
    """Rule that moves the weights."""
    learning_rate: float = 1e-3
    """Step size at its highest, after the warm-up."""
    weight_decay: float = 0.01
    """Pull of the weights towards zero; biases and norms are left alone."""
    lr_scheduler: Literal["cosine", "step", "exponential", "plateau"] = "cosine"
    """How the learning rate falls after the warm-up."""
    warmup_epochs: float = 0.0
    """Epochs over which the learning rate rises from zero; fractions are fine."""
    batch_size: int = 32
    """Samples in a batch."""
    accumulation_steps: int = 1
    """Batches whose gradients add up to one update."""
    num_epochs: int = 10
    """Passes over the training split."""
    gradient_clipping: float | None = None
    """Largest norm of the gradient; null leaves it as it is."""
    mixed_precision: bool = True
    """Compute in 16 bits where the device is faster for it."""
    #: if task == "classification"
    label_smoothing: float = 0.0
    """Share of the target that is spread over all classes, from 0 to 1."""
    class_weights: bool = False
    """Weigh rare classes up in the loss, by the inverse of their frequency."""
    #: endif
    #: if objective == "single_label"
    weighted_sampling: bool = False
    """Draw training samples with replacement so that all classes come up as often."""
    #: endif
    #: if architecture != "custom"
    freeze_epochs: int = 0
    """First epochs that train the head alone, on the backbone as it was loaded."""
    #: endif
    #: if ema
    ema_decay: float = 0.999
    """Memory of the running average of the weights, which is what gets evaluated."""
    #: endif
    early_stopping: bool = False
    """Stop when `monitor` has not improved for `patience` epochs."""
    patience: int = 5
    """Epochs without an improvement that end training."""
    min_delta: float = 0.0
    """Change of `monitor` that counts as an improvement."""
    monitor: str = "val_loss"
    """Figure that decides which epoch is best; loss, mse and mae are to fall."""
    target_metric: str | None = None
    """Figure to watch, such as accuracy; null watches none."""
    target_value: float | None = None
    """Value of `target_metric` that is wanted."""
    stop_at_target: bool = False
    """End training at the first epoch that reaches `target_value`."""
    max_training_time_hours: float | None = None
    """End training cleanly after this time; null sets no limit."""
    seed: int = 0
    """Number that fixes initial weights, order of samples and augmentation."""
    deterministic: bool = False
    """Ask for the same bits on every run on a GPU too, at some cost in speed."""
    device: str = "auto"
    """Where to compute: auto, cpu, cuda, cuda:1 or mps."""

    def __post_init__(self) -> None:
        """Refuse numbers that no training can use."""
        for name in ("learning_rate", "batch_size", "accumulation_steps", "num_epochs"):
            require(getattr(self, name) > 0, f"training.{name}", "must be above 0")
        for name in ("weight_decay", "warmup_epochs", "min_delta", "patience", "seed"):
            require(getattr(self, name) >= 0, f"training.{name}", "must not be negative")
        for name in ("gradient_clipping", "max_training_time_hours"):
            value = getattr(self, name)
            require(value is None or value > 0, f"training.{name}", "must be above 0")
        both = (self.target_metric is None) == (self.target_value is None)
        require(both, "training.target_value", "and training.target_metric go together")


@dataclass(frozen=True)
class ExperimentSettings:
    """What a run leaves behind, and where."""

    checkpoint_dir: str = "checkpoints"
    """Folder of the checkpoints, the log metrics.jsonl and the resolved settings."""
    save_frequency: int = 1
    """Epochs between two checkpoints that are kept beside the last and the best."""
    keep_checkpoints: int = 3
    """Newest of those checkpoints to keep."""
    save_every_minutes: float | None = None
    """Minutes between two saves of the last checkpoint inside an epoch; null: none."""
    log_every: int = 10
    """Updates between two log points, where figures are read off the device."""
    #: if tensorboard_enabled
    tensorboard_log_dir: str = "logs"
    """Folder for TensorBoard."""
    picture_frequency: int = 5
    """Epochs between two pictures of the validation split in TensorBoard; 0: none."""
    histograms: bool = False
    """Log histograms of all weights after each epoch."""
    #: endif
    #: if wandb_enabled
    wandb_project: str = ""
    """Project at Weights & Biases; the key comes from WANDB_API_KEY."""
    #: endif

    def __post_init__(self) -> None:
        """Refuse folders and frequencies that cannot be."""
        for name in ("save_frequency", "keep_checkpoints", "log_every"):
            require(getattr(self, name) > 0, f"experiment.{name}", "must be above 0")
        require(bool(self.checkpoint_dir), "experiment.checkpoint_dir", "names no folder")


def require(condition: bool, setting: str, wrong: str) -> None:
    """Raise a ValueError that names the setting, unless `condition` holds."""
    if not condition:
        raise ValueError(f"{setting} {wrong}")


def make_parser(config_class: type[ConfigT], description: str) -> "ArgumentParser":
    """Return a parser of `--config FILE` and of one option for each setting."""
    import jsonargparse

    jsonargparse.set_parsing_settings(docstring_parse_attribute_docstrings=True)
    parser = jsonargparse.ArgumentParser(
        description=description, allow_abbrev=False, exit_on_error=False
    )
    parser.add_argument("--config", action="config", help="YAML file with settings")
    parser.add_class_arguments(config_class, as_group=False)
    return parser


def parse(
    parser: "ArgumentParser",
    config_class: type[ConfigT],
    source: Sequence[str] | Mapping[str, Any] | None = None,
) -> tuple[ConfigT, "Namespace"]:
    """Read the command line, or the settings in a checkpoint.

    Returns:
        The typed settings, and everything that was parsed.

    Raises:
        UserError: a key is unknown, or a value is of the wrong type or out of range.
    """
    try:
        if isinstance(source, Mapping):
            parsed = parser.parse_object(dict(source))
        else:
            parsed = parser.parse_args(source)
        made = parser.instantiate(parsed)
    except (ArgumentError, ValueError) as error:
        raise UserError(" ".join(str(error).split())) from None
    names = config_class.__dataclass_fields__
    return config_class(**{name: made[name] for name in names}), parsed
