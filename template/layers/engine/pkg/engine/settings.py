"""Settings of training and of what a run leaves behind.

A setting is defined once: here, in `data/settings.py`, `models/settings.py` or `task/settings.py`.
The comment beside it is the text of --help, of configs/config.yaml and of the schema for editors.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class TrainingSettings:
    """How the model is trained."""

    optimizer: Literal[
        "adam",
        "adamw",
        "sgd",
        #: if optimizer == "lion"
        "lion",
        #: endif
    ] = "adamw"  # adamw needs the least tuning
    learning_rate: float = 1e-3  # peak learning rate, after the warm-up
    weight_decay: float = 0.01  # weight decay; not applied to biases and norms
    lr_scheduler: Literal["cosine", "step", "exponential", "plateau"] = "cosine"  # after warm-up
    warmup_epochs: float = 0.0  # epochs of linear warm-up; fractions are fine
    batch_size: int = 32  # samples in a batch, of all processes together
    accumulation_steps: int = 1  # batches whose gradients are accumulated for one update
    num_epochs: int = 10  # epochs to train
    updates_per_epoch: int | None = None  # updates in an epoch; null: one pass over the data
    gradient_clipping: float | None = None  # largest norm of the gradient; null: no clipping
    mixed_precision: bool = True  # compute in 16 bits where the device is faster for it
    compile: bool | Literal["auto"] = "auto"  # torch.compile; auto: on a GPU, in long runs
    #: if has_backbone
    freeze_epochs: int = 0  # first epochs in which the backbone is frozen and the head trains
    #: endif
    #: if ema
    ema_decay: float = 0.999  # decay of the moving average of the weights that is evaluated
    #: endif
    early_stopping: bool = False  # stop when `monitor` has not improved for `patience` epochs
    patience: int = 5  # epochs without an improvement before stopping early
    min_delta: float = 0.0  # smallest change of `monitor` that counts as an improvement
    monitor: str | None = "val_loss"  # metric that decides which epoch is best; null: the latest is
    target_metric: str | None = None  # metric to watch, such as accuracy; null: none
    target_value: float | None = None  # value of `target_metric` to reach
    stop_at_target: bool = False  # end at the first epoch that reaches `target_value`
    max_inference_time_ms: float | None = None  # wanted for one sample; validate.py measures it
    max_bad_updates: int = 3  # updates with NaN or Inf in a row before going back to a checkpoint
    max_setbacks: int = 3  # times to go back, each at half the learning rate, before giving up
    max_training_time_hours: float | None = None  # end cleanly after this time; null: no limit
    seed: int = 0  # seed of the initial weights, the order of samples and the augmentation
    deterministic: bool = False  # the same bits on every run on a GPU too, at some cost in speed
    device: str = "auto"  # auto, cpu, cuda, cuda:1 or mps
    #: if distributed
    shard: bool = False  # shard the weights over all processes (FSDP2): for models that need it
    #: endif

    def __post_init__(self) -> None:
        """Refuse numbers that no training can use."""
        positive = ["learning_rate", "batch_size", "accumulation_steps", "num_epochs", "patience"]
        positive += ["gradient_clipping", "max_training_time_hours", "max_inference_time_ms"]
        positive += ["max_bad_updates", "updates_per_epoch"]
        require(self, "training", positive, lambda value: value > 0)
        natural = ["weight_decay", "warmup_epochs", "min_delta", "seed", "max_setbacks"]
        natural += ["freeze_epochs"]
        require(self, "training", natural, lambda value: value >= 0)
        require(self, "training", ["ema_decay"], lambda value: 0 <= value < 1)
        if (self.target_metric is None) != (self.target_value is None):
            raise ValueError("training.target_metric and training.target_value go together")
        if self.early_stopping and self.monitor is None:
            raise ValueError("training.early_stopping needs training.monitor")
        if self.lr_scheduler == "plateau" and self.monitor is None:
            raise ValueError("training.lr_scheduler plateau needs training.monitor")


@dataclass(frozen=True)
class ExperimentSettings:
    """What a run leaves behind, and where."""

    #: if tensorboard_enabled
    tensorboard_log_dir: str = "logs"  # folder of the TensorBoard logs
    plot_frequency: int = 5  # epochs between two plots in TensorBoard; 0: none
    histograms: bool = False  # log histograms of all weights after each epoch
    #: endif
    #: if wandb_enabled
    wandb_project: str = ""  # project at Weights & Biases; WANDB_API_KEY holds the key
    #: endif
    checkpoint_dir: str = "checkpoints"  # folder of checkpoints, metrics.jsonl and the settings
    save_frequency: int = 1  # epochs between two checkpoints kept beside the last and the best
    keep_checkpoints: int = 3  # newest of those to keep
    save_every_minutes: float | None = None  # minutes between saves inside an epoch; null: none
    profile_updates: int = 0  # updates to trace after the first ten, into checkpoint_dir; 0: none
    log_every: int = 10  # updates between two log points, where metrics leave the device

    def __post_init__(self) -> None:
        """Refuse frequencies that cannot be."""
        positive = ["save_frequency", "keep_checkpoints", "log_every", "save_every_minutes"]
        require(self, "experiment", positive, lambda value: value > 0)
        require(self, "experiment", ["profile_updates", "plot_frequency"], lambda x: x >= 0)
        require(self, "experiment", ["checkpoint_dir", "tensorboard_log_dir"], bool)


def require(settings: Any, section: str, names: list[str], holds: Callable[[Any], bool]) -> None:
    """Check settings by their names; those that are absent or null pass.

    Raises:
        ValueError: the first one that does not hold, by its name.
    """
    for name in names:
        value = getattr(settings, name, None)
        if value is not None and not holds(value):
            raise ValueError(f"{section}.{name} cannot be {value!r}")
