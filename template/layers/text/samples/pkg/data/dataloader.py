"""From texts to batches: find the samples, split them, make tokens of them.

Shapes: N samples, B of them in a batch, T tokens.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..batch import Batch
from ..engine.data.loader import Loader
from ..engine.data.quarantine import Quarantine
from ..engine.data.splits import NAMES
from ..engine.errors import UserError
from ..task.targets import describe_targets
from .buckets import Buckets
from .doctor import quick
from .encoding import Encoding
from .examples import chances, encode, input_shape, make_examples, train_tokenizers
from .findings import print_quick
from .info import DataInfo
from .inputs import SUFFIXES, read_file
from .outputs import check_outputs
from .samples import Examples
from .schema import Schema, hash_names, warn
from .settings import DataSettings
from .source import load_rows
from .splitting import split_samples
from .texts import Texts

SplitLoader = Loader[DataInfo]
Record = dict[str, Any]


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
        settings: Where the data are, and how to split them and make tokens of them.
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
    examples = load_examples(settings, schema, manifest)
    splits = split_samples(examples, settings, manifest, whole)
    if schema:
        tokenizers = schema.make_tokenizers()
    else:
        tokenizers = train_tokenizers(examples, splits[0], settings)
    encoding = encode(examples, tokenizers, settings)
    if info is None:
        schema = Schema.learn(settings.dataset_path, examples, encoding, tokenizers, splits[0])
        info = DataInfo(
            input_shape=input_shape(tokenizers, settings),
            output_names=examples.output_names,
            schema=asdict(schema),
            targets=describe_targets(examples.targets, splits[0], examples.output_names),
        )
        if manifest is not None:
            schema.write(manifest.with_name("schema.json"))
            look = partial(quick, settings, examples, encoding, tokenizers, splits)
            print_quick(look, len(examples.names))
    elif schema:
        told = whole or manifest is not None or {*NAMES} == {*(examples.given or ())}
        compare(schema, examples, encoding, splits, settings, told)
    check_outputs(settings, examples.output_names, info.output_names)
    source = Texts(encoding.columns, device)
    train, val, test = (
        SplitLoader(source, ids, batch_size, as_it_is, seed, info) for ids in splits
    )
    train.shuffle = True
    train.weights = chances(examples, train.ids, settings)
    train.arrange = Buckets(encoding.kept, batch_size)
    return train, val, test


def load_examples(settings: DataSettings, schema: Schema | None, manifest: Path | None) -> Examples:
    """Read every sample, and set aside those that cannot be used; print what was found out."""
    found = load_rows(settings, schema)
    examples = make_examples(found, settings, schema)
    total = len(examples.names) + len(examples.broken)
    path = manifest and manifest.with_name("quarantine.csv")
    quarantine = Quarantine(path, settings.max_unreadable, total)
    for place, reason in examples.broken:
        quarantine.add(settings.dataset_path, place, f"{place}: {reason}")
    if schema is None:
        for words in examples.said:
            print(f"note: {settings.dataset_path}: {words}")
    return examples


def compare(
    schema: Schema,
    examples: Examples,
    encoding: Encoding,
    splits: list[Tensor],
    settings: DataSettings,
    told: bool,
) -> None:
    """Print how texts are unlike those that trained.

    Args:
        schema: What was learnt of those that trained.
        examples: The texts.
        encoding: The same as tokens.
        splits: Their numbers.
        settings: Where they are.
        told: Whether something else says which of them trained, or that does not matter.

    Raises:
        UserError: texts that trained may be among those to evaluate.
    """
    path = settings.dataset_path
    found = schema.differences(examples.file, examples.header, examples.columns)
    warn(path, [*found, *schema.surprises(encoding)])
    trained = [examples.names[i] for i in splits[0].tolist()]
    if told or hash_names(trained) == schema.train_hash:
        return
    problem = "texts that trained may be evaluated"
    if path == schema.dataset_path:
        lost = "has changed since the training, and splits.csv is not beside the checkpoint"
        raise UserError(f"data.dataset_path: {path} {lost}: {problem}: put it back")
    print(f"warning: {path} is not what the training split: {problem}")


def as_it_is(batch: Batch, epoch: int) -> Batch:
    """Prepare nothing: texts become tokens once, when they are read."""
    return batch


def read_inputs(
    paths: Sequence[str], settings: DataSettings, info: DataInfo
) -> Iterator[tuple[Record, Batch | UserError]]:
    """Yield the record of every text, and its batch of one, or what is wrong with it."""
    schema = Schema(**info.schema)
    tokenizers = schema.make_tokenizers()
    for path in find_inputs(paths):
        try:
            yield from read_file(path, settings, schema, tokenizers)
        except UserError as error:
            yield {"input": str(path)}, error


def find_inputs(paths: Sequence[str]) -> list[Path]:
    """Return the files that are named, and those below folders whose suffix is known."""
    found = list[Path]()
    for path in map(Path, paths):
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        if path.is_dir():
            inside = [x for x in inside if x.name.lower().endswith(SUFFIXES) and x.is_file()]
        found += inside
    return found
