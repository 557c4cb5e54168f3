"""Answers about the model, the training, and what a run leaves behind."""

from ..catalog import ROWS, choices
from ..rules import boolean, folder, identifier, integer, local, number, one_of, optional, text
from .field import (
    Field,
    guides,
    has_depth,
    has_goal,
    has_metric,
    never,
    setting,
    transfers,
    when,
)

ARCHITECTURES = tuple(dict.fromkeys(row.architecture for row in ROWS))
MONITORS = ("val_loss", *(f"val_{name}" for name in choices.METRICS))
NEED = "/ml_task/performance_requirements"
MODEL = "/model_config"
TRAIN = "/training_config"
STOP = "/training_config/early_stopping"
LOG = "/experiment_config"
SIZE = integer(1, 1_000_000)
OWN = "the backbone has its own"
SLUG = identifier(r"[A-Za-z0-9][A-Za-z0-9_.-]*", "letters, digits, - _ and .")

NETWORK = {
    "architecture": Field(
        one_of(ARCHITECTURES, choices.LATER_ARCHITECTURES), f"{MODEL}/architecture"
    ),
    "pretrained": Field(boolean, f"{MODEL}/pretrained", "bool", setting("pretrained")),
    "pretrained_source": Field(
        one_of(choices.PRETRAINED_SOURCES),
        f"{MODEL}/pretrained_source",
        applies=setting("pretrained_source"),
    ),
    "backbone": Field(text(100), f"{MODEL}/backbone", applies=setting("backbone")),
    "weights_path": Field(local, applies=transfers),
    "num_layers": Field(integer(1, 1000), f"{MODEL}/num_layers", "int", has_depth, OWN),
    "hidden_dim": Field(SIZE, f"{MODEL}/hidden_dim", "int", setting("hidden_dim"), OWN),
    "dropout": Field(number(0, 1, below=True), f"{MODEL}/dropout", "float"),
    "activation": Field(
        one_of(choices.ACTIVATIONS),
        f"{MODEL}/activation",
        applies=setting("activation"),
        idle=OWN,
    ),
    "baseline_model": Field(
        text(1000), "/context/baseline_model", applies=never, idle=choices.LATER
    ),
}
GOAL = {
    "target_metric": Field(
        optional(one_of(choices.METRICS, choices.LATER_METRICS), ""),
        f"{NEED}/target_metric",
        applies=guides,
        idle="no target_value is given",
    ),
    "target_value": Field(
        optional(number(-1e300, 1e300)),
        f"{NEED}/target_value",
        "number",
        has_metric,
    ),
    "stop_at_target": Field(boolean, kind="bool", applies=has_goal),
    "max_training_time_hours": Field(
        optional(number(0, 1e6, above=True)), f"{NEED}/max_training_time_hours", "number"
    ),
    "max_inference_time_ms": Field(
        optional(number(0, 1e9, above=True)), f"{NEED}/max_inference_time_ms", "number"
    ),
}
TRAINING = {
    "num_epochs": Field(SIZE, f"{TRAIN}/num_epochs", "int"),
    "batch_size": Field(SIZE, f"{TRAIN}/batch_size", "int"),
    "accumulation_steps": Field(integer(1, 100_000), kind="int"),
    "optimizer": Field(one_of(choices.OPTIMIZERS), f"{TRAIN}/optimizer"),
    "learning_rate": Field(number(0, 1000, above=True), f"{TRAIN}/learning_rate", "float"),
    "weight_decay": Field(number(0, 1000), kind="float"),
    "lr_scheduler": Field(one_of(choices.SCHEDULERS), f"{TRAIN}/lr_scheduler"),
    "warmup_epochs": Field(number(0, 1e6), kind="float"),
    "freeze_epochs": Field(integer(0, 1_000_000), kind="int", applies=transfers),
    "early_stopping": Field(boolean, f"{STOP}/enabled", "bool"),
    "patience": Field(SIZE, f"{STOP}/patience", "int", when("early_stopping", True)),
    "min_delta": Field(
        number(0, 1e300), f"{STOP}/min_delta", "float", when("early_stopping", True)
    ),
    "monitor": Field(one_of(MONITORS)),
    "gradient_clipping": Field(
        optional(number(0, 1e300, above=True)), f"{TRAIN}/gradient_clipping", "number"
    ),
    "mixed_precision": Field(boolean, f"{TRAIN}/mixed_precision", "bool"),
    "distributed": Field(boolean, f"{TRAIN}/distributed", "bool"),
    "label_smoothing": Field(
        number(0, 1, below=True), kind="float", applies=when("task", "classification")
    ),
    "class_weights": Field(boolean, kind="bool", applies=when("task", "classification")),
    "weighted_sampling": Field(boolean, kind="bool", applies=when("objective", "single_label")),
    "seed": Field(integer(0, 2**31 - 1), kind="int"),
}
DELIVERY = {
    "tensorboard_enabled": Field(boolean, f"{LOG}/tensorboard_enabled", "bool"),
    "tensorboard_log_dir": Field(
        folder, f"{LOG}/tensorboard_log_dir", "folder", when("tensorboard_enabled", True)
    ),
    "checkpoint_dir": Field(folder, f"{LOG}/checkpoint_dir", "folder"),
    "save_frequency": Field(SIZE, f"{LOG}/save_frequency", "int"),
    "wandb_enabled": Field(boolean, f"{LOG}/wandb_enabled", "bool"),
    "wandb_project": Field(
        optional(SLUG, ""),
        f"{LOG}/wandb_project",
        applies=when("wandb_enabled", True),
    ),
    "ema": Field(boolean, kind="bool"),
    "docker": Field(boolean, kind="bool"),
    "slurm": Field(boolean, kind="bool", applies=when("distributed", True)),
    "kubernetes": Field(boolean, kind="bool", applies=when("distributed", True)),
}
