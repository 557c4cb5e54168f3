"""From a table to batches: read it, split it, learn its columns, encode it.

Shapes: N rows, B of them in a batch, F features.
"""

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from ..batch import Batch
from ..engine.data.loader import InMemory, Loader
from ..engine.data.quarantine import Quarantine
from ..engine.data.splits import split
from ..engine.errors import UserError
from ..task.targets import describe_targets, encode_targets
from .cells import expand, tidy
from .changes import tell_changes
from .columns import CellError, Columns, require_column
from .doctor import quick
from .findings import Finding, print_quick
from .formats.files import read_table
from .info import DataInfo
from .outputs import check_outputs
from .schema import Schema, hash_rows
from .settings import DataSettings
from .source import load_frame
from .table import Table, divide

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
    schema = Schema(**info.schema) if info else None
    findings = list[Finding]()
    table = load_table(settings, schema, manifest, findings)
    encoded = encode_targets(settings, table.targets, table.places)
    targets, output_names = encoded
    begins = info is None and manifest is not None and not manifest.exists()
    splits = [torch.arange(len(table.places))] * 3
    if not whole:
        splits = split_rows(settings, table, targets, manifest)
    try:
        info = info or describe(settings, table, encoded, splits[0], findings)
        check_outputs(settings, output_names, info.output_names)
        inputs = Columns.from_dict(info.schema).encode(table.features)  # [N, F]
    except CellError as error:
        remedy = "mend the cell, or name it in data.missing_values"
        raise UserError(f"{settings.dataset_path}: {error}: {remedy}") from None
    if schema and not whole and manifest is None:
        check_unseen(settings, schema, [table.names[i] for i in splits[0].tolist()])
    if begins and manifest is not None:
        Schema(**info.schema).write(manifest.with_name("schema.json"))
        look = partial(quick, table, encoded, splits, findings)
        print_quick(look, len(table.places))
    source = InMemory(Batch(inputs, targets, torch.arange(len(inputs))).to(device))
    train, val, test = (
        SplitLoader(source, ids, batch_size, as_it_is, seed, info) for ids in splits
    )
    train.shuffle = True
    #: if task == "classification"
    if settings.weighted_sampling:
        train.weights = 1 / torch.tensor(info.targets["class_counts"])[targets[train.ids]]
    #: endif
    return train, val, test


def load_table(
    settings: DataSettings,
    schema: Schema | None,
    manifest: Path | None,
    findings: list[Finding],
) -> Table:
    """Read every row, and set aside those that cannot be; say what is odd in `findings`."""
    frame = load_frame(settings, schema)
    attrs = frame.attrs
    path, broken = manifest and manifest.with_name("quarantine.csv"), attrs.get("broken", [])
    quarantine = Quarantine(path, settings.max_unreadable, len(frame) + len(broken))
    for number, reason in broken:
        quarantine.add(settings.dataset_path, number, reason)
    said = attrs.get("said", [])
    header = [str(name).strip() for name in frame.columns]
    for name in () if schema else settings.ignored_columns:
        require_column(frame.set_axis(header, axis=1), name, "data.ignored_columns asks for")
    frame = tidy(frame, said, settings.ignored_columns)
    findings += [Finding("note", settings.dataset_path, text) for text in said]
    table = divide(frame, settings, schema, findings)
    table.file, table.header = attrs.get("file", {}), header
    if schema:
        found = [*schema.differences(table.file, table.header), *schema.surprises(table.features)]
        warn(settings.dataset_path, found)
    return table


def warn(place: str, found: Sequence[str]) -> None:
    """Print what a file has otherwise than that of the training, in one line; not on stdout."""
    if found:
        print(f"warning: {place}: {'; '.join(found)}", file=sys.stderr)


def split_rows(
    settings: DataSettings, table: Table, targets: Tensor, manifest: Path | None
) -> list[Tensor]:
    """Return the numbers of the rows of each split, which the manifest knows by their content."""
    if manifest is not None and manifest.exists():
        tell_changes(table.names, manifest, settings.dataset_path)
    fractions, most = settings.train_val_test_split, settings.max_samples
    return split(table.names, fractions, settings.split_seed, targets, manifest, most)


def check_unseen(settings: DataSettings, schema: Schema, names: list[str]) -> None:
    """Make sure, where no manifest says it, that the rows of train are those that trained.

    Raises:
        UserError: they are not, so that rows that trained may be among the others.
    """
    if hash_rows(names) == schema.train_hash:
        return
    problem = "rows that trained may be among those of val and test"
    if settings.dataset_path == schema.dataset_path:
        raise UserError(
            f"data.dataset_path: {settings.dataset_path} has changed since the training, and "
            f"splits.csv is not beside the checkpoint: {problem}: put it back"
        )
    print(f"warning: {settings.dataset_path} is not what the training split: {problem}")


def describe(
    settings: DataSettings,
    table: Table,
    encoded: tuple[Tensor, list[str]],
    train: Tensor,
    findings: list[Finding],
) -> DataInfo:
    """Gather the facts from the training rows."""
    numbers, (targets, output_names) = train.tolist(), encoded
    facts = describe_targets(targets, train, output_names)
    kinds, absent = settings.column_kinds, settings.missing_values
    columns = Columns.fit(table.features.iloc[numbers], kinds, absent, findings)
    schema = Schema(
        settings.dataset_path,
        table.file,
        table.header,
        table.styles,
        output_names,
        table.lists,
        columns.to_dict()["columns"],
        len(train),
        hash_rows([table.names[i] for i in numbers]),
    )
    return DataInfo([len(columns.features)], output_names, schema.to_dict(), facts)


def as_it_is(batch: Batch, epoch: int) -> Batch:
    """Prepare nothing: rows are encoded once, when they are read."""
    return batch


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[dict[str, Any], Batch | UserError]]:
    """Yield every row, named `file:line`: a batch of one, or what is wrong with it."""
    schema = Schema(**info.schema)
    columns = schema.make_columns()
    for path in paths:
        try:
            frame = read_table(Path(path), "INPUT", schema)
            attrs = frame.attrs
            said, header = attrs.get("said", []), [str(name).strip() for name in frame.columns]
            frame = tidy(frame, said)
            for name in schema.names:
                require_column(frame, name, "the model was trained with")
            frame, _ = expand(frame[schema.names], schema.lists)
        except UserError as error:
            yield {"input": path}, error
            continue
        found = schema.differences(attrs.get("file", {}), [*header])
        warn(path, [*said, *found, *schema.surprises(frame)])
        for number, reason in attrs.get("broken", []):
            yield {"input": f"{path}:{number}"}, UserError(reason)
        rows = zip(frame.index, encode(columns, frame), strict=True)
        for number, row in rows:
            made = row if isinstance(row, UserError) else as_batch(row)
            yield {"input": f"{path}:{number}"}, made


def as_batch(row: Tensor) -> Batch:
    """Return a row [F] whose target nobody knows, as a batch of one."""
    return Batch(row[None], torch.zeros(1), torch.zeros(1, dtype=torch.int64))


def encode(columns: Columns, frame: pd.DataFrame) -> list[Tensor | UserError]:
    """Return the features [F] of each row; of one that has none, what is wrong with it."""
    try:
        return list(columns.encode(frame))
    except UserError as error:
        half = len(frame) // 2
        parts = (encode(columns, part) for part in (frame[:half], frame[half:]) if half)
        return [row for part in parts for row in part] or [error]
