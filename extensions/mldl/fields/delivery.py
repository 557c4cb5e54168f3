"""Answers about what a run leaves behind, and extras that add files to a project."""

from ..rules import boolean, folder, integer, optional, wandb_name
from .field import Field, when

LOG = "/experiment_config"

TRACKING = {
    "tensorboard_enabled": Field(
        "Log curves for TensorBoard?", boolean, f"{LOG}/tensorboard_enabled", "bool"
    ),
    "tensorboard_log_dir": Field(
        "Into which folder?",
        folder,
        f"{LOG}/tensorboard_log_dir",
        "folder",
        when("tensorboard_enabled", True),
    ),
    "checkpoint_dir": Field(
        "Which folder holds the checkpoints?", folder, f"{LOG}/checkpoint_dir", "folder"
    ),
    "save_frequency": Field(
        "Every how many epochs is a checkpoint kept?",
        integer(1, 1_000_000),
        f"{LOG}/save_frequency",
        "int",
    ),
    "wandb_enabled": Field(
        "Log to Weights & Biases? (the key comes from WANDB_API_KEY)",
        boolean,
        f"{LOG}/wandb_enabled",
        "bool",
    ),
    "wandb_project": Field(
        "Under which project there? (blank: the package's name)",
        optional(wandb_name, ""),
        f"{LOG}/wandb_project",
        applies=when("wandb_enabled", True),
    ),
}
EXTRAS = {
    "ema": Field(
        "Evaluate an exponential moving average (EMA) of the weights?",
        boolean,
        kind="bool",
    ),
    "engine_tests": Field("Render the tests of the machine room too?", boolean, kind="bool"),
    "docker": Field("Add a Dockerfile?", boolean, kind="bool"),
    "slurm": Field(
        "Add a script for Slurm, for several nodes?",
        boolean,
        kind="bool",
        applies=when("distributed", True),
    ),
    "kubernetes": Field(
        "Add a manifest for Kubernetes (Kubeflow Trainer)?",
        boolean,
        kind="bool",
        applies=when("distributed", True),
    ),
}
