"""Answers about the goal and the training."""

from ..catalog import choices
from ..catalog.spelling import known_metric
from ..rules import boolean, integer, number, one_of, optional
from .field import Answers, Field, guides, has_goal, has_metric, of_task, transfers, when

MONITORS = ("val_loss", *(f"val_{name}" for name in choices.METRICS))
NEED = "/ml_task/performance_requirements"
TRAIN = "/training_config"
STOP = "/training_config/early_stopping"
SIZE = integer(1, 1_000_000)


def metric(value: object) -> None:
    """Accept a metric, in any of the usual spellings."""
    if not known_metric(value):
        one_of((*choices.METRICS, "none"))(value)


def which_value(answers: Answers) -> str:
    """Ask for the value that the metric is to reach."""
    return f"Which value of {answers['target_metric']} is to be reached?"


GOAL = {
    "target_metric": Field(
        "Which metric is the goal stated in?",
        optional(metric, ""),
        f"{NEED}/target_metric",
        "metric",
        applies=guides,
        idle="no target_value is given",
    ),
    "target_value": Field(
        which_value, optional(number(-1e300, 1e300)), f"{NEED}/target_value", "number", has_metric
    ),
    "stop_at_target": Field(
        "End the training as soon as it is reached?", boolean, kind="bool", applies=has_goal
    ),
    "max_training_time_hours": Field(
        "After how many hours must training end? (blank: no limit)",
        optional(number(0, 1e6)),
        f"{NEED}/max_training_time_hours",
        "limit",
    ),
    "max_inference_time_ms": Field(
        "How many milliseconds may one prediction take? (blank: no limit)",
        optional(number(0, 1e9)),
        f"{NEED}/max_inference_time_ms",
        "limit",
    ),
}
TRAINING = {
    "num_epochs": Field("How many epochs?", SIZE, f"{TRAIN}/num_epochs", "int"),
    "batch_size": Field("How many samples in a batch?", SIZE, f"{TRAIN}/batch_size", "int"),
    "accumulation_steps": Field(
        "Over how many batches are gradients accumulated?", integer(1, 100_000), kind="int"
    ),
    "optimizer": Field("Which optimizer?", one_of(choices.OPTIMIZERS), f"{TRAIN}/optimizer"),
    "learning_rate": Field(
        "Which learning rate, at its highest?",
        number(0, 1000, above=True),
        f"{TRAIN}/learning_rate",
        "float",
    ),
    "weight_decay": Field("Which weight decay?", number(0, 1000), kind="float"),
    "lr_scheduler": Field(
        "Which learning-rate schedule?", one_of(choices.SCHEDULERS), f"{TRAIN}/lr_scheduler"
    ),
    "warmup_epochs": Field("How many epochs of warm-up?", number(0, 1e6), kind="float"),
    "freeze_epochs": Field(
        "For how many epochs is the backbone frozen?",
        integer(0, 1_000_000),
        kind="int",
        applies=transfers,
    ),
    "early_stopping": Field(
        "Stop early, when validation no longer improves?", boolean, f"{STOP}/enabled", "bool"
    ),
    "patience": Field(
        "After how many epochs without an improvement?",
        SIZE,
        f"{STOP}/patience",
        "int",
        when("early_stopping", True),
    ),
    "min_delta": Field(
        "Which change counts as an improvement?",
        number(0, 1e300),
        f"{STOP}/min_delta",
        "float",
        when("early_stopping", True),
    ),
    "monitor": Field("Which metric decides which epoch is the best?", one_of(MONITORS)),
    "gradient_clipping": Field(
        "Clip gradients to which norm? (blank: no clipping)",
        optional(number(0, 1e300)),
        f"{TRAIN}/gradient_clipping",
        "limit",
    ),
    "mixed_precision": Field(
        "Train in mixed precision where the device is faster for it?",
        boolean,
        f"{TRAIN}/mixed_precision",
        "bool",
    ),
    "distributed": Field(
        "Train on several devices at once, on one host or many?",
        boolean,
        f"{TRAIN}/distributed",
        "bool",
    ),
    "label_smoothing": Field(
        "How much label smoothing? (from 0 to below 1)",
        number(0, 1, below=True),
        kind="float",
        applies=of_task("label_smoothing"),
    ),
    "class_weights": Field(
        "Weight the loss of rare classes up?",
        boolean,
        kind="bool",
        applies=of_task("class_weights"),
    ),
    "weighted_sampling": Field(
        "Draw samples of rare classes more often?",
        boolean,
        kind="bool",
        applies=of_task("weighted_sampling"),
    ),
    "seed": Field("Random seed of the training", integer(0, 2**31 - 1), kind="int"),
}
