"""Projects in which every pair of answers that can go together occurs at least once."""

from collections.abc import Iterable
from functools import cache
from itertools import combinations
from typing import Any

from mldl.answers import accept
from mldl.catalog import ROWS
from mldl.catalog import choices as names
from mldl.catalog.features import AUGMENTATIONS as ALL
from mldl.fields import FIELDS
from mldl.problems import Rejected

CELLS = dict.fromkeys((row.task, row.modality, each) for row in ROWS for each in row.objectives)
ARCHITECTURES = dict.fromkeys(row.architecture for row in ROWS)
FOLDERS = {"checkpoint_dir": "runs/weights", "tensorboard_log_dir": "runs/curves"}
LABELS, BOXES, MASKS = (
    [name for name, each in ALL.items() if form in each.layers]
    for form in ("labels", "boxes", "masks")
)
AUGMENTATIONS = [[], LABELS, *(LABELS[start::4] for start in range(4)), BOXES, MASKS]
MEAN = {"normalization_mean": [0.5], "normalization_std": [0.25]}
MEANS = {"normalization_mean": [0.5] * 3, "normalization_std": [0.25] * 3}
STOPPING = {"early_stopping": True, "patience": 3, "min_delta": 0.001}
LIMITS = {"max_training_time_hours": 0.5, "max_inference_time_ms": 20.0}
GOAL = {"target_metric": "accuracy", "target_value": 0.9, "stop_at_target": True}
TEXT_GOAL = {"target_metric": "bleu", "target_value": 0.3}
BITS_GOAL = {"target_metric": "bits_per_byte", "target_value": 2.0}
OVERLAP_GOAL = {"target_metric": "iou", "target_value": 0.5}
ERROR_GOAL = {"target_metric": "mse", "target_value": 3300.0}
COMPUTE = {"gpus": 2, "memory_gb": 24.0, "cpu_cores": 8, "distributed": True}
PERSON = {"author_name": 'Zoë "Z" O\'Neil', "problem_description": "Which {{ one }}?\n#: if x"}
WEIGHTS = {"weights_path": "weights/start.pt", "pretrained_source": "custom", "pretrained": True}
HUB = {"pretrained": True, "pretrained_source": "huggingface", "freeze_epochs": 2}
LORA = {"pretrained": True, "pretrained_source": "huggingface", "lora": True}
TORCHVISION = {"pretrained": True, "pretrained_source": "torchvision"}

# A parameter has values, and a value is the answers that it gives.
PARAMETERS: dict[str, list[dict[str, Any]]] = {
    "cell": [{"task": t, "modality": m, "objective": o} for t, m, o in CELLS],
    "architecture": [{"architecture": name} for name in ARCHITECTURES],
    "data": [
        *({"data_source": name} for name in names.SOURCES if name != "image_folder"),
        {"data_source": "image_folder", "dataset_path": "data/photos"},
        {"data_source": "image_csv", "dataset_path": "https://example.org/images.zip"},
        {"data_source": "table", "dataset_path": "https://example.org/t.parquet"},
        {"data_source": "bundled", "dataset_name": "mnist"},
        {"data_source": "bundled", "dataset_name": "wine"},
        {"data_source": "bundled", "dataset_name": "shapes"},
        {"data_source": "bundled", "dataset_name": "shape_masks"},
        {"data_source": "bundled", "dataset_name": "languages"},
        {"data_source": "bundled", "dataset_name": "entities"},
        {"data_source": "bundled", "dataset_name": "hamlet"},
        {"data_source": "bundled", "dataset_name": "pronunciations"},
    ],
    "augmentation": [{"augmentation": value} for value in AUGMENTATIONS],
    "preprocessing": [
        {"preprocessing": list(names.STEPS["labels"])},
        {"preprocessing": ["resize"]},
        {"preprocessing": ["grayscale", "resize"]},
        {"preprocessing": ["tokenize"]},
    ],
    "input": [
        {},
        {"input_shape": [3, 64, 64]},
        {"input_shape": [1, 32, 32], **MEAN},
        {"input_shape": [3, 224, 224], **MEANS},
        {"input_shape": [7], "num_samples": 1000},
        {"input_shape": [64]},
    ],
    "output": [{}, {"output_shape": 10}, {"output_shape": 3, "class_names": ["a", "b", "c d"]}],
    "column": [{}, {"target_column": "price"}],
    "split": [{}, {"train_val_test_split": [0.8, 0.1, 0.1], "split_seed": 3}],
    "weights": [{}, HUB, TORCHVISION, WEIGHTS, LORA],
    "size": [{}, {"num_layers": 3, "hidden_dim": 32}, {"size": "tiny"}, {"size": "large"}],
    "activation": [{}, *({"activation": name} for name in names.ACTIVATIONS)],
    "dropout": [{"dropout": 0.0}, {"dropout": 0.3}],
    "optimizer": [{"optimizer": name} for name in names.OPTIMIZERS],
    "lr_scheduler": [{"lr_scheduler": name} for name in names.SCHEDULERS],
    "rate": [{}, {"learning_rate": 0.01, "weight_decay": 0.1, "warmup_epochs": 1.5}],
    "batch": [{}, {"batch_size": 8, "accumulation_steps": 4}],
    "length": [{}, {"num_epochs": 3, "gradient_clipping": 1.0}],
    "early_stopping": [{"early_stopping": False}, STOPPING],
    "monitor": [{}, {"monitor": "val_loss"}],
    "goal": [{}, GOAL, ERROR_GOAL, OVERLAP_GOAL, TEXT_GOAL, BITS_GOAL],
    "limits": [{}, LIMITS],
    "compute": [{}, COMPUTE],
    "mixed_precision": [{"mixed_precision": value} for value in (False, True)],
    "label_smoothing": [{}, {"label_smoothing": 0.1}],
    "class_weights": [{}, {"class_weights": True}],
    "weighted_sampling": [{}, {"weighted_sampling": True}],
    "tensorboard_enabled": [{"tensorboard_enabled": value} for value in (False, True)],
    "wandb_enabled": [{}, {"wandb_enabled": True, "wandb_project": "mine"}],
    "folders": [{}, FOLDERS],
    "save_frequency": [{}, {"save_frequency": 5, "seed": 7}],
    "ema": [{"ema": value} for value in (False, True)],
    "engine_tests": [{}, {"engine_tests": True}],
    "docker": [{"docker": value} for value in (False, True)],
    "launch": [{}, {"distributed": True, "slurm": True}, {"distributed": True, "kubernetes": True}],
    "person": [{}, PERSON],
    "license": [{"license": name} for name in names.LICENSES],
    "kind": [{"task_type": name} for name in names.TASK_TYPES],
    "baseline": [{}, {"baseline_model": "resnet50"}],
}
# Answers that the cells of `cells.py`, the request or the folder decide.
ELSEWHERE = {"setup", "project_name", "package_name", "data_loader", "backbone"}
assert set(FIELDS) - ELSEWHERE == {
    key for values in PARAMETERS.values() for value in values for key in value
}, "a question that no pair has"
Value = tuple[int, int]  # a parameter and one of its values, by position
VALUES = [[(i, j) for j in range(len(given))] for i, given in enumerate(PARAMETERS.values())]
CELL = VALUES[:3]  # what decides which other values fit


def projects() -> list[dict[str, Any]]:
    """Return the answers of each project: greedily as many new pairs as fit into each."""
    open_pairs = {
        frozenset(pair)
        for first, second in combinations(VALUES, 2)
        if (first, second) not in combinations(CELL, 2)  # those are the cells of `cells.py`
        for pair in ((a, b) for a in first for b in second)
    }
    rows = []
    for pair in sorted(open_pairs, key=sorted):
        if pair in open_pairs and (row := extend(pair, open_pairs)):
            rows.append(row)
            open_pairs -= {frozenset(each) for each in combinations(row, 2)}
    return [answers(row) for row in rows]


def extend(row: frozenset[Value], open_pairs: set[frozenset[Value]]) -> frozenset[Value] | None:
    """Return the row with a value for each parameter; None if nothing fits."""
    given = {parameter for parameter, _ in row}
    missing = next((values for values in VALUES if values[0][0] not in given), None)
    if missing is None:
        return row

    def gain(value: Value) -> int:
        return sum(frozenset((value, each)) in open_pairs for each in row)

    for value in sorted(missing, key=gain, reverse=True):
        longer = row | {value}
        settled = given | {value[0]} >= {values[0][0] for values in CELL}
        if settled and not fits(longer):
            continue
        if found := extend(longer, open_pairs):
            return found
    return None


def answers(row: Iterable[Value]) -> dict[str, Any]:
    """Return the answers that the values of a row give."""
    lists = list(PARAMETERS.values())
    found: dict[str, Any] = {"project_name": "pairs"}
    for parameter, index in sorted(row):
        found |= lists[parameter][index]
    return found


@cache
def fits(row: frozenset[Value]) -> bool:
    """Say whether the template takes the answers."""
    cell = frozenset(value for value in row if value[0] < len(CELL))
    if cell != row and not fits(cell):
        return False
    try:
        accept(answers(row), {}, "pairs")
    except Rejected:
        return False
    return True
