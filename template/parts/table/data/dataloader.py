"""From a table to batches: read it, split it, learn its columns, encode it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from ..batch import Batch
from ..config import DataSettings
from ..errors import UserError
from .columns import Columns, require_column
from .files import read_table
from .info import DataInfo
from .loader import InMemory, Loader, split
from .quarantine import Quarantine
from .source import load_frame
from .targets import encode_targets

SplitLoader = Loader[DataInfo]


def get_dataloaders(
    settings: DataSettings,
    *,
    batch_size: int,
    seed: int,
    device: torch.device,
    manifest: Path | None = None,
    info: DataInfo | None = None,
) -> tuple[SplitLoader, SplitLoader, SplitLoader]:
    """Return the loaders of the training, validation and test split.

    The file `manifest` keeps the division; `info` is what a checkpoint knows of the data.
    """
    frame = load_frame(settings)
    path, broken = manifest and manifest.with_name("quarantine.csv"), frame.attrs.get("broken", [])
    quarantine = Quarantine(path, settings.max_unreadable, len(frame) + len(broken))
    for number, reason in broken:
        quarantine.add(settings.dataset_path, number, reason)
    features, wanted = divide(frame, settings)
    rows = [f"row {number + 1}" for number in range(len(wanted))]
    cells = {str(name): list(wanted[name]) for name in wanted}
    targets, output_names = encode_targets(settings, cells, rows)
    shares, most = settings.train_val_test_split, settings.max_samples
    splits = split(rows, shares, settings.split_seed, targets, manifest, most)
    info = info or describe(features.iloc[splits[0].tolist()], targets[splits[0]], output_names)
    if output_names != info.output_names:
        known_names = f"the model knows {info.output_names}"
        raise UserError(f"data.dataset_path: {known_names}, but the table has {output_names}")
    inputs = Columns.from_dict(info.columns).encode(features)
    source = InMemory(inputs.to(device), targets.to(device))
    train, val, test = (
        SplitLoader(source, ids, batch_size, as_it_is, seed, info) for ids in splits
    )
    train.shuffle = True
    #: if task == "classification"
    if settings.weighted_sampling:
        train.weights = 1 / torch.tensor(info.class_counts)[targets[train.ids]]
    #: endif
    return train, val, test


def divide(frame: pd.DataFrame, settings: DataSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the columns to predict from, and those to predict."""
    names = settings.target_columns or [str(frame.columns[-1])]
    for name in names:
        require_column(frame, name, "data.target_columns asks for")
    for name in settings.ignored_columns:
        require_column(frame, name, "data.ignored_columns asks for")
    features = frame.drop(columns=[*names, *settings.ignored_columns])
    if not len(features.columns):
        raise UserError("data.target_columns leaves no column to predict from")
    wanted = frame[names].astype(object)
    return features, wanted.where(wanted.notna(), "")


def describe(features: pd.DataFrame, targets: Tensor, output_names: list[str]) -> DataInfo:
    """Gather the facts from the training rows."""
    columns = Columns.fit(features)
    return DataInfo(
        input_shape=[len(columns.features)],
        output_names=output_names,
        columns=columns.to_dict(),
        #: if task == "classification"
        num_train=len(targets),
        class_counts=[int((targets == k).sum()) for k in range(len(output_names))],
        #: endif
        #: if task == "regression"
        target_mean=targets.float().mean(0).tolist(),
        target_std=targets.float().std(0).clamp(min=1e-6).tolist(),
        #: endif
    )


def as_it_is(batch: Batch, epoch: int) -> Batch:
    """Prepare nothing: rows are encoded once, when they are read."""
    return batch


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[str, Tensor | UserError]]:
    """Yield every row, named `file:row`, as the model sees it [F]; or what is wrong with a file."""
    for path in paths:
        try:
            frame = read_table(Path(path), "INPUT")
            for _, reason in frame.attrs["broken"][:1]:
                raise UserError(f"INPUT: {path}: {reason}")
            rows = Columns.from_dict(info.columns).encode(frame)
        except UserError as error:
            yield path, error
        else:
            yield from ((f"{path}:{number}", row) for number, row in enumerate(rows, 1))
