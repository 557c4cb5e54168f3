"""Settings of training, and how a command line becomes settings.

A setting is defined once: here, in `experiment.py`, `config.py` or `models/settings.py`. The
comment beside it is the text of --help, of configs/config.yaml and of the schema for editors.
"""

import inspect
import re
import sys
from argparse import ArgumentError
from collections.abc import Callable, Mapping, Sequence
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
    ] = "adamw"  # rule that moves the weights
    learning_rate: float = 1e-3  # step size at its highest, after the warm-up
    weight_decay: float = 0.01  # pull of the weights towards zero; biases and norms are left alone
    lr_scheduler: Literal["cosine", "step", "exponential", "plateau"] = "cosine"  # fall of the rate
    warmup_epochs: float = 0.0  # epochs over which the learning rate rises; fractions are fine
    batch_size: int = 32  # samples in a batch
    accumulation_steps: int = 1  # batches whose gradients add up to one update
    num_epochs: int = 10  # passes over the training split
    gradient_clipping: float | None = None  # largest norm of the gradient; null: no limit
    mixed_precision: bool = True  # compute in 16 bits where the device is faster for it
    compile: bool | Literal["auto"] = "auto"  # torch.compile; auto: on a GPU, in long runs
    #: if task == "classification"
    label_smoothing: float = 0.0  # share of the target that is spread over all classes
    class_weights: bool = False  # weigh rare classes up in the loss
    #: endif
    #: if architecture != "custom"
    freeze_epochs: int = 0  # first epochs that train the head alone
    #: endif
    #: if ema
    ema_decay: float = 0.999  # memory of the running average of the weights that is evaluated
    #: endif
    early_stopping: bool = False  # end when `monitor` has not improved for `patience` epochs
    patience: int = 5  # epochs without an improvement that end training
    min_delta: float = 0.0  # change of `monitor` that counts as an improvement
    monitor: str = "val_loss"  # figure that says which epoch is best; loss, mse and mae are to fall
    target_metric: str | None = None  # figure to watch, such as accuracy; null: none
    target_value: float | None = None  # value of `target_metric` that is wanted
    stop_at_target: bool = False  # end at the first epoch that reaches `target_value`
    max_inference_time_ms: float | None = None  # wanted for one sample; validate.py measures it
    max_bad_updates: int = 3  # with NaN or Inf in a row, before going back to a checkpoint
    max_setbacks: int = 3  # times to go back, each at half the learning rate, before giving up
    max_training_time_hours: float | None = None  # end cleanly after this time; null: no limit
    seed: int = 0  # fixes initial weights, order of samples and augmentation
    deterministic: bool = False  # the same bits on every run on a GPU too, at some cost in speed
    device: str = "auto"  # where to compute: auto, cpu, cuda, cuda:1 or mps
    #: if distributed
    shard: bool = False  # spread the weights over all ranks (FSDP2): for models that need it
    #: endif

    def __post_init__(self) -> None:
        """Refuse numbers that no training can use."""
        positive = ["learning_rate", "batch_size", "accumulation_steps", "num_epochs", "patience"]
        positive += ["gradient_clipping", "max_training_time_hours", "max_inference_time_ms"]
        positive += ["max_bad_updates"]
        require(self, "training", positive, lambda value: value > 0)
        natural = ["weight_decay", "warmup_epochs", "min_delta", "seed", "max_setbacks"]
        natural += ["freeze_epochs"]
        require(self, "training", natural, lambda value: value >= 0)
        require(self, "training", ["label_smoothing", "ema_decay"], lambda value: 0 <= value < 1)
        if (self.target_metric is None) != (self.target_value is None):
            raise ValueError("training.target_metric and training.target_value go together")


def require(settings: Any, section: str, names: list[str], holds: Callable[[Any], bool]) -> None:
    """Raise a ValueError that names the first setting, of those given, that does not hold."""
    for name in names:
        value = getattr(settings, name, None)
        if value is not None and not holds(value):
            raise ValueError(f"{section}.{name} cannot be {value!r}")


def comments(section: type) -> dict[str, str]:
    """Return what the comments in the source of a dataclass say of its fields."""
    fields = inspect.getsource(section).split("\n    def ")[0]
    return dict(re.findall(r"^ {4}(\w+):[^#]*# (.*)$", fields, re.MULTILINE))


def make_parser(config_class: type[ConfigT], about: str | None) -> "ArgumentParser":
    """Return a parser of `--config FILE` and of one option for each setting."""
    import jsonargparse

    parser = jsonargparse.ArgumentParser(description=about, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--config", action="config", help="YAML file; default: configs/config.yaml")
    parser.add_class_arguments(config_class, as_group=False)
    sections = {name: type(section) for name, section in vars(config_class()).items()}
    texts = {f"{n}.{key}": text for n, s in sections.items() for key, text in comments(s).items()}
    for action in parser._actions:
        action.help = texts.get(action.dest, action.help)
    return parser


def parse(
    parser: "ArgumentParser",
    config_class: type[ConfigT],
    source: Sequence[str] | Mapping[str, Any] | None = None,
) -> tuple[ConfigT, "Namespace"]:
    """Return the typed settings, and all that was parsed, from a command line or a checkpoint.

    Raises:
        UserError: a key is unknown, or a value is of the wrong type or out of range.
    """
    try:
        if isinstance(source, Mapping):
            parsed = parser.parse_object(dict(source))
        else:
            parsed = parser.parse_args(source)
        made = parser.instantiate(parsed)
    except (ArgumentError, TypeError, ValueError) as error:
        text = " ".join(str(error).split())
        files = re.findall(r"--config[ =](\S+)", " ".join(sys.argv if source is None else source))
        raise UserError(text.replace('"<unicode string>"', " or ".join(files))) from None
    return config_class(**{name: made[name] for name in config_class.__dataclass_fields__}), parsed
