"""From a table to batches: read it, split it, learn its columns, encode it.

Shapes: N rows, B of them in a batch, F features.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import torch
from torch import Tensor

from ..batch import Batch
from ..engine.data.loader import InMemory, Loader
from ..engine.data.quarantine import Quarantine
from ..engine.data.splits import split
from ..engine.errors import UserError
from ..task.targets import describe_targets, encode_targets
from .columns import Columns, require_column
from .files import read_table
from .info import DataInfo
from .outputs import check_outputs
from .settings import DataSettings
from .source import load_frame

SplitLoader = Loader[DataInfo]


def get_dataloaders(
    settings: DataSettings,
    *,
    batch_size: int,
    seed: int,
    device: torch.device,
    manifest: Path | None = None,
    info: DataInfo | None = None,
    whole: bool = False,
) -> tuple[SplitLoader, SplitLoader, SplitLoader]:
    """Return the loaders of the train, val and test split.

    Args:
        settings: Where the data are, and how to split them.
        batch_size: Samples in a batch.
        seed: Decides the order of the samples.
        device: Where batches are to be.
        manifest: File that keeps the split, so that it outlives new samples.
        info: Facts of the data, from a checkpoint; without them they are measured.
        whole: Whether each loader has all samples, unsplit.

    Raises:
        UserError: the data are missing or damaged, or do not fit the settings or `info`.
    """
    frame = load_frame(settings)
    path, broken = manifest and manifest.with_name("quarantine.csv"), frame.attrs.get("broken", [])
    quarantine = Quarantine(path, settings.max_unreadable, len(frame) + len(broken))
    for number, reason in broken:
        quarantine.add(settings.dataset_path, number, reason)
    features, wanted = divide(frame, settings)
    rows = [f"{frame.index.name or 'row'} {number}" for number in frame.index]
    places = [f"{settings.dataset_path} {row}" for row in rows]
    targets, output_names = encode_targets(settings, wanted.to_dict("list"), places)
    splits = [torch.arange(len(rows))] * 3
    if not whole:
        fractions, most = settings.train_val_test_split, settings.max_samples
        splits = split(rows, fractions, settings.split_seed, targets, manifest, most)
    info = info or describe(features, targets, output_names, splits[0])
    check_outputs(settings, output_names, info.output_names)
    inputs = Columns.from_dict(info.columns).encode(features)  # [N, F]
    source = InMemory(Batch(inputs, targets, torch.arange(len(rows))).to(device))
    train, val, test = (
        SplitLoader(source, ids, batch_size, as_it_is, seed, info) for ids in splits
    )
    train.shuffle = True
    #: if task == "classification"
    if settings.weighted_sampling:
        train.weights = 1 / torch.tensor(info.targets["class_counts"])[targets[train.ids]]
    #: endif
    return train, val, test


def divide(frame: pd.DataFrame, settings: DataSettings) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the columns to predict from, and those to predict.

    Raises:
        UserError: a column that the settings name is missing, or none is left.
    """
    names = settings.target_columns or [str(frame.columns[-1])]
    for name in names:
        require_column(frame, name, "data.target_columns asks for")
    for name in settings.ignored_columns:
        require_column(frame, name, "data.ignored_columns asks for")
    features = frame.drop(columns=[*names, *settings.ignored_columns])
    if not len(features.columns):
        raise UserError("data.target_columns leaves no column to predict from")
    wanted = frame[names].convert_dtypes().astype(object)  # class 1.0 is 1, as in `as_text`
    return features, wanted.where(wanted.notna(), "")


def describe(
    features: pd.DataFrame, targets: Tensor, output_names: list[str], train: Tensor
) -> DataInfo:
    """Gather the facts from the training rows."""
    columns = Columns.fit(features.iloc[train.tolist()])
    return DataInfo(
        input_shape=[len(columns.features)],
        output_names=output_names,
        columns=columns.to_dict(),
        targets=describe_targets(targets, train, output_names),
    )


def as_it_is(batch: Batch, epoch: int) -> Batch:
    """Prepare nothing: rows are encoded once, when they are read."""
    return batch


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[str, Tensor | UserError]]:
    """Yield every row, named `file:line`, as the model sees it [F]; or what is wrong with it."""
    columns = Columns.from_dict(info.columns)
    for path in paths:
        try:
            frame = read_table(Path(path), "INPUT")
            columns.encode(frame[:0])  # are all there?
        except UserError as error:
            yield path, error
        else:
            for number, reason in frame.attrs.get("broken", []):
                yield f"{path}:{number}", UserError(reason)
            rows = zip(frame.index, encode(columns, frame), strict=True)
            yield from ((f"{path}:{number}", row) for number, row in rows)


def encode(columns: Columns, frame: pd.DataFrame) -> list[Tensor | UserError]:
    """Return the features [F] of each row; of one that has none, what is wrong with it."""
    try:
        return list(columns.encode(frame))
    except UserError as error:
        half = len(frame) // 2
        parts = (encode(columns, part) for part in (frame[:half], frame[half:]) if half)
        return [row for part in parts for row in part] or [error]
