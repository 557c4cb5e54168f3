"""What templates use besides the answers: worked out here, so that no file has to."""

from collections.abc import Mapping
from typing import Any

from .advice import in_effect
from .advice.advisor import is_small
from .catalog import Row
from .catalog.datasets import chosen
from .catalog.dependencies import requirement
from .fields.field import has_goal, split_names
from .folders import SMOKE, data_folder, ignored_data

Answers = Mapping[str, Any]
SOURCE_PARTS = {
    "bundled": "source",
    "image_folder": "source",
    "table": "source",
    "image_csv": "source_csv",
    "torchvision": "source_torchvision",
    "huggingface": "source_huggingface",
    "custom": "source_custom",
}
AUTOMATIC = {"randaugment", "trivial_augment"}  # both use colours and affine maps
COLORED, WARPED = {"color_jitter", *AUTOMATIC}, {"rotation", *AUTOMATIC}
OWN_FETCH = ("mnist", "diabetes")  # the others are fetched by the part of their family


def derive(answers: Answers) -> dict[str, Any]:
    """Return the answers in their final form, and everything that follows from them."""
    answers = in_effect(answers)
    row: Row = answers["row"]
    library = library_of(answers, row)
    goal = has_goal(answers)
    changes = {*answers["augmentation"]}
    return {
        **answers,
        "family": row.family,
        "color_part": bool(changes & COLORED),
        "affine_part": bool(changes & WARPED),
        "library": library,
        "patch_size": answers["patch_size"] if library == "timm" else None,
        "bundled": chosen(answers),
        "data_folder": data_folder(answers),
        "ignored_data": ignored_data(answers),
        "nodes": nodes(answers["gpus"]),
        "distribution_name": answers["package_name"].replace("_", "-"),
        "kubernetes_name": answers["package_name"].replace("_", "-")[:40].strip("-"),
        "wandb_project": answers["wandb_project"] or answers["package_name"],
        "target_metric": answers["target_metric"] if goal else "",
        "target_value": answers["target_value"] if goal else None,
        "remote": remote(answers),
        "num_outputs": num_outputs(answers),
        "target_columns": split_names(answers["target_column"]) or None,
        "primary_metric": row.metrics[answers["objective"]][0],
        "dependencies": dependencies(answers, row, library),
        "smoke": smoke(answers, row, library),
        **parts(answers, row, library),
    }


def parts(answers: Answers, row: Row, library: str) -> dict[str, str]:
    """Return the path of the part behind each stub that has alternatives."""
    family = f"template/parts/{row.family}"
    suffix = {"multi_label": "_multi_label", "targets": "_regression"}
    kind = suffix.get(answers["objective"], "")
    model = "model_torchvision" if library == "torchvision" else row.part
    custom = row.part == "model_custom"
    shared = "template/parts/table"  # pictures of numbers are the same for images
    name = answers["dataset_name"]
    return {
        "fetch_part": f"{family}/data/fetch{f'_{name}' * (name in OWN_FETCH)}.py",
        "model_part": f"{family}/models/{model}.py",
        "model_settings_part": f"{family}/models/settings{'_custom' * custom}.py",
        "source_part": f"{family}/data/{SOURCE_PARTS[answers['data_source']]}.py",
        "targets_part": f"template/parts/data/targets{kind}.py",
        "objective_part": f"template/parts/supervised/objective{kind}.py",
        "metrics_part": f"template/parts/supervised/metrics{kind}.py",
        "pictures_part": f"{shared if kind == '_regression' else family}/pictures{kind}.py",
    }


def library_of(answers: Answers, row: Row) -> str:
    """Return what builds the model: timm, torchvision or torch alone."""
    found = row.backbone(answers["backbone"])
    if found is None:
        return "torch"
    if answers["pretrained_source"] == "torchvision" or "timm" not in found.libraries:
        return "torchvision"
    return "timm"


def dependencies(answers: Answers, row: Row, library: str) -> list[str]:
    """Return what the project needs, and nothing that it does not."""
    known = chosen(answers)
    names = {"torch", "numpy", "jsonargparse[signatures]", "matplotlib", "torchinfo", "tqdm"}
    names.add("pyyaml")
    names |= {name for name in row.dependencies if name != "timm"}
    if library in ("timm", "torchvision"):
        names.add(library)
    if row.modality == "image":
        names.add("pillow")
    if answers["objective"] == "single_label":
        names.add("scikit-learn")
    if answers["data_source"] == "torchvision":
        names.add("torchvision")
    if answers["data_source"] == "huggingface":
        names.add("datasets")
    if known:
        names.add(known.package)
    if answers["tensorboard_enabled"]:
        names.add("tensorboard")
    if answers["wandb_enabled"]:
        names.add("wandb")
    return [requirement(name) for name in sorted(names)]


def remote(answers: Answers) -> bool:
    """Say whether the data are fetched from a URL."""
    by_path = answers["data_source"] in ("image_folder", "image_csv", "table")
    return by_path and answers["dataset_path"].lower().startswith(("http://", "https://"))


def nodes(gpus: int) -> tuple[int, int]:
    """Return over how many nodes GPUs are spread, two where they can be, and how many each has."""
    if gpus % 2 or not gpus:
        return (1, gpus) if gpus else (2, 1)
    return 2, gpus // 2


def smoke(answers: Answers, row: Row, library: str) -> dict[str, Any]:
    """Return the settings in which configs/smoke.yaml differs: small, and offline."""
    large = row.modality == "image" and not is_small(answers)
    values = dict(row.smoke)
    if large and library == "timm" and row.smoke_backbone:
        values |= {"backbone": row.smoke_backbone, "patch_size": None}
    return {
        **values,
        "freeze_epochs": 0,
        "warmup_epochs": 0.0,
        "weights_path": None,
        "log_every": 1,  # few updates, and each is to be seen
        "checkpoint_dir": f"{answers['checkpoint_dir'].rstrip('/')}{SMOKE}",
        "tensorboard_log_dir": f"{answers['tensorboard_log_dir'].rstrip('/')}{SMOKE}",
    }


def num_outputs(answers: Answers) -> int | None:
    """Return how many outputs the data are to have; None: what is known of them was checked."""
    shape = answers["output_shape"]
    count: int | None = shape[0] if isinstance(shape, list) else shape
    return None if chosen(answers) else count
