"""A trained model, rebuilt from its checkpoint alone, and what it says."""

from collections.abc import Iterable
#: if task == "classification"
from dataclasses import asdict, replace
#: else
from dataclasses import asdict
#: endif
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .batch import Batch
from .checkpoint import load, load_weights
from .config import Config, DataSettings
from .data.dataloader import SplitLoader, get_dataloaders
from .data.info import DataInfo
from .data.loader import NAMES
from .models.model import build_model
from .settings import make_parser, parse


def load_trained(path: Path, device: torch.device) -> tuple[nn.Module, Config, DataInfo]:
    """Rebuild the model; its weights come from the checkpoint and from nowhere else."""
    saved = load(path)
    config, _ = parse(make_parser(Config, ""), Config, saved["config"])
    info, settings = DataInfo(**saved["data"]), asdict(config.model)
    #: if architecture != "custom"
    settings |= {"pretrained": False, "weights_path": None}
    #: endif
    model = build_model(info.input_shape, len(info.output_names), **settings)
    weights = saved["model_state_dict"]
    #: if ema
    averaged = saved["ema_state_dict"]  # it counts its updates, too
    weights = {name: averaged[f"module.{name}"] for name in weights}
    #: endif
    load_weights(model, weights)
    return model.to(device).eval(), config, info


def open_split(
    data: DataSettings, info: DataInfo, split: str, manifest: Path, device: torch.device
) -> SplitLoader:
    """Return the samples of train, val, test or all, in order and not augmented."""
    #: if task == "classification"
    data = replace(data, class_names=info.output_names)
    #: endif
    kept = manifest if manifest.exists() and split != "all" else None
    loaders = get_dataloaders(data, batch_size=64, seed=0, device=device, manifest=kept, info=info)
    chosen = loaders if split == "all" else [loaders[NAMES.index(split)]]
    loaders[-1].ids = torch.cat([loader.ids for loader in chosen])
    return loaders[-1]


@torch.inference_mode()
def infer(model: nn.Module, batches: Iterable[Batch]) -> tuple[Tensor, Tensor]:
    """Return the outputs [N, K] and the targets of all batches, on the CPU."""
    model.eval()
    rows = [(model(batch.inputs).float().cpu(), batch.targets.cpu()) for batch in batches]
    outputs, targets = (torch.cat(column) for column in zip(*rows, strict=True))
    return outputs, targets


@torch.inference_mode()
def answer(
    model: nn.Module, inputs: list[Tensor], names: list[str], device: torch.device
) -> list[dict[str, Any]]:
    """Return what the model says of each input, in words and plain numbers."""
    if not inputs:
        return []
    outputs = model(torch.stack(inputs).to(device)).cpu().double()
    #: if objective == "single_label"
    rows = [dict(zip(names, row, strict=True)) for row in outputs.softmax(1).tolist()]
    best = [max(row, key=row.__getitem__) for row in rows]
    return [
        {"prediction": name, "probability": row[name], "probabilities": row}
        for name, row in zip(best, rows, strict=True)
    ]
    #: endif
    #: if objective == "multi_label"
    rows = [dict(zip(names, row, strict=True)) for row in outputs.sigmoid().tolist()]
    return [
        {"prediction": [name for name in names if row[name] > 0.5], "probabilities": row}
        for row in rows
    ]
    #: endif
    #: if objective == "targets"
    return [{"prediction": dict(zip(names, row, strict=True))} for row in outputs.tolist()]
    #: endif
