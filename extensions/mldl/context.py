"""What templates use besides the answers: worked out here, so that no file has to."""

from collections.abc import Mapping
from typing import Any

from .about import about_data
from .advice import in_effect
from .advice.advisor import is_small
from .catalog import ROWS, Row
from .catalog.datasets import chosen
from .catalog.dependencies import requirement
from .catalog.features import AUGMENTATIONS, FEATURES, JOINT
from .catalog.sources import SOURCES
from .catalog.stack import all_layers, stack
from .catalog.tasks import OBJECTIVES, form_of
from .fields import FIELDS
from .fields.field import has_goal, split_names
from .folders import SMOKE, data_folder, ignored_data
from .layers import folders_of, stacked

Answers = Mapping[str, Any]
TOKENS = {"tokenizer": "bpe", "vocab_size": 8192, "max_length": 256}  # of texts
LETTERS = 512  # tokens from which on a vocabulary has pieces of words, and no letters alone
RANK = 8  # of the updates of LoRA
QUICK = 128  # pixels a side at which a detector can be tried in a minute


def derive(answers: Answers) -> dict[str, Any]:
    """Return the answers in their final form, and everything that follows from them."""
    answers = in_effect(answers)
    row: Row = answers["row"]
    library = library_of(answers, row)
    goal = has_goal(answers)
    objective = OBJECTIVES[answers["objective"]]
    form = form_of(row.modality, objective.name)
    found = {
        **answers,
        "library": library,
        "does": objective.does,
        "writes": objective.writes,
        "form": form,
        "has_classes": "class_names" in objective.settings,
        "source": SOURCES[answers["data_source"]],
        "has_backbone": bool(row.backbones),
        "mixes": any(AUGMENTATIONS[name].mixes for name in answers["augmentation"]),
        "from_columns": form == "text" or form in SOURCES[answers["data_source"]].columns,
        "remote": remote(answers),
        "about_data": about_data(answers, remote=remote(answers)),
        "weights_licence": weights_licence(answers, row, library),
        "patch_size": answers["patch_size"] if library == "timm" else None,
        "bundled": chosen(answers),
        "data_folder": data_folder(answers),
        "ignored_data": ignored_data(answers),
        "nodes": nodes(answers["gpus"]),
        "distribution_name": answers["package_name"].replace("_", "-"),
        "wandb_project": answers["wandb_project"] or answers["package_name"],
        "target_metric": answers["target_metric"] if goal else "",
        "target_value": answers["target_value"] if goal else None,
        "copyright_holder": answers["author_name"] or f"the authors of {answers['project_name']}",
        "num_outputs": num_outputs(answers),
        "target_columns": split_names(answers["target_column"]) or None,
        "primary_metric": objective.metrics[0],
        "smoke": smoke(answers, row, library),
        **of_text(answers, row),
    }
    for key in ("num_layers", "hidden_dim", "activation"):
        if not FIELDS[key].applies(answers):
            found[key] = None  # the published model has its own
    found["dependencies"] = dependencies(found, row, library)
    found["layer_names"] = stack(found, row, library)
    found["mask_files"] = "image/masks/sources/folders" in found["layer_names"]
    found["mask_ids"] = "image/instances/sources/ids" in found["layer_names"]
    found["layers"] = stacked(found["layer_names"], all_layers(ROWS), answers["package_name"])
    found["code_folders"] = folders_of(found["layers"])
    return found


def of_text(answers: Answers, row: Row) -> dict[str, Any]:
    """Return the settings of texts: how they become tokens, and how many are seen."""
    if row.modality != "text":
        return {}
    known = chosen(answers)
    usual = {**TOKENS, **(known.defaults if known else {})}
    shape, outputs = answers["input_shape"], answers["output_shape"]
    if shape:
        usual["max_length"] = shape[0]
        usual["max_target_length"] = usual.get("max_target_length", shape[0])
    if form_of("text", answers["objective"]) in ("corpus", "pairs") and outputs and not known:
        count = outputs[0] if isinstance(outputs, list) else outputs
        usual |= {"vocab_size": count, "tokenizer": "characters" if count < LETTERS else "bpe"}
    usual["num_heads"] = heads_of(answers["hidden_dim"])
    if answers["pretrained"]:
        usual["tokenizer"] = answers["weights_path"] or answers["backbone"]
        usual["target_tokenizer"] = None
    usual["lora_rank"] = RANK if answers["lora"] else None
    names = (*TOKENS, "lora_rank", "max_target_length", "target_tokenizer", "num_heads")
    return {name: usual.get(name) for name in names}


def library_of(answers: Answers, row: Row) -> str:
    """Return what builds the model: timm, torchvision, torch alone, or what the row says."""
    if row.library:
        return row.library
    if row.any_published:
        return "transformers" if answers["backbone"] else "torch"
    found = row.backbone(answers["backbone"])
    if found is None:
        return "torch"
    if answers["pretrained_source"] == "torchvision" or "timm" not in found.libraries:
        return "torchvision"
    return "timm"


def weights_licence(answers: Answers, row: Row, library: str) -> str:
    """Return what the weights of the backbone are under, or nothing."""
    found = row.backbone(answers["backbone"])
    if found is None:
        return ""
    known = dict(zip(found.libraries, found.licences, strict=False))
    return known.get(library, found.licences[0])


def dependencies(answers: Answers, row: Row, library: str) -> list[str]:
    """Return what the project needs, and nothing that it does not."""
    known, found = chosen(answers), row.backbone(answers["backbone"])
    objective = OBJECTIVES[answers["objective"]]
    names = {"torch", "numpy", "jsonargparse[signatures]", "matplotlib", "torchinfo", "tqdm"}
    names -= {*objective.without}
    names |= {"pyyaml", library, *row.dependencies, *(found.dependencies if found else ())}
    names |= {*objective.dependencies}
    names |= {"huggingface-hub"} if row.any_published and library == "transformers" else set()
    source, form = SOURCES[answers["data_source"]], form_of(row.modality, objective.name)
    names |= {*source.dependencies, *source.dependencies_of.get(form, ())}
    if known:
        names |= {"pip" if known.by_pip else known.package, *known.dependencies} - {""}
    for feature in FEATURES:
        names |= {*feature.dependencies} if answers[feature.name] else set()
    return [requirement(name) for name in sorted(names)]


def remote(answers: Answers) -> bool:
    """Say whether the data are fetched from a URL."""
    path = answers["dataset_path"].lower()
    return SOURCES[answers["data_source"]].remote and path.startswith(("http://", "https://"))


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
    shape = answers["input_shape"]
    if form_of(row.modality, answers["objective"]) in JOINT and max(shape[1:]) > QUICK:
        values["input_shape"] = [shape[0], QUICK, QUICK]
    return {
        **values,
        "freeze_epochs": 0,
        "warmup_epochs": 0.0,
        "weights_path": None,
        **(smoke_text(answers, values) if row.modality == "text" else {}),
        "log_every": 1,  # few updates, and each is to be seen
        "checkpoint_dir": f"{answers['checkpoint_dir'].rstrip('/')}{SMOKE}",
        "tensorboard_log_dir": f"{answers['tensorboard_log_dir'].rstrip('/')}{SMOKE}",
    }


def smoke_text(answers: Answers, smoke: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tokenizer that is trained, as nothing may be fetched, and heads that fit."""
    own = of_text({**answers, "pretrained": False}, answers["row"])
    width = smoke.get("hidden_dim", answers["hidden_dim"])
    return {"tokenizer": own["tokenizer"], "num_heads": heads_of(width)}


def heads_of(width: int) -> int:
    """Return how many heads share the width of a GPT: at least four, of up to 64 channels."""
    return width // 32 if width % 64 else max(4, width // 64)


def num_outputs(answers: Answers) -> int | None:
    """Return how many outputs the data are to have; None: what is known of them was checked."""
    if form_of(answers["modality"], answers["objective"]) in ("corpus", "pairs"):
        return None  # that of tokens is the vocabulary's
    shape = answers["output_shape"]
    count: int | None = shape[0] if isinstance(shape, list) else shape
    return None if chosen(answers) else count
