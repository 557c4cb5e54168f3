"""Groups of questions that `setup: full` opens one by one: Enter passes a group by.

Each begins with a question of its own, which is asked before the first of its fields and which
nothing remembers. What stands in no group is asked in any case, if it applies.
"""

from typing import NamedTuple


class Group(NamedTuple):
    """Fields that are asked for together, or not at all."""

    question: str
    fields: tuple[str, ...]


GROUPS = {
    "change_about": Group(
        "Change the package's name, the description, author or licence?",
        ("package_name", "problem_description", "author_name", "license"),
    ),
    "change_machine": Group(
        "Describe the machine that trains?", ("gpus", "memory_gb", "cpu_cores")
    ),
    "change_data": Group(
        "Change columns, sizes or the split of the data?",
        (
            *("target_column", "input_shape", "output_shape", "class_names", "num_samples"),
            "train_val_test_split",
        ),
    ),
    "change_transforms": Group(
        "Change augmentation, resizing or normalization?",
        ("augmentation", "preprocessing", "normalization_mean", "normalization_std"),
    ),
    "change_model": Group(
        "Change the model's size or its weights?",
        (
            *("size", "pretrained", "pretrained_source", "backbone", "weights_path"),
            *("num_layers", "hidden_dim", "dropout", "activation", "lora"),
        ),
    ),
    "change_goal": Group(
        "State a goal, or limits of time?",
        (
            *("target_metric", "target_value", "stop_at_target", "max_training_time_hours"),
            "max_inference_time_ms",
        ),
    ),
    "change_training": Group(
        "Change the training settings?",
        (
            *("num_epochs", "batch_size", "accumulation_steps", "optimizer", "learning_rate"),
            *("weight_decay", "lr_scheduler", "warmup_epochs", "freeze_epochs"),
            *("gradient_clipping", "mixed_precision", "distributed", "seed"),
        ),
    ),
    "change_stopping": Group(
        "Change early stopping, or what the best epoch is?",
        ("early_stopping", "patience", "min_delta", "monitor"),
    ),
    "change_classes": Group(
        "Change how classes are weighted, or label smoothing?",
        ("label_smoothing", "class_weights", "weighted_sampling"),
    ),
    "change_tracking": Group(
        "Change logging, or where checkpoints go?",
        (
            *("tensorboard_enabled", "tensorboard_log_dir", "checkpoint_dir", "save_frequency"),
            *("wandb_enabled", "wandb_project"),
        ),
    ),
    "change_extras": Group(
        "Add extras, such as EMA, Docker or Slurm?",
        ("ema", "engine_tests", "docker", "slurm", "kubernetes"),
    ),
}
GROUP_OF = {key: name for name, group in GROUPS.items() for key in group.fields}
