"""Texts in length buckets beside texts that are padded to the longest.

    python -m benchmarks.buckets [--rounds 7]

A project is rendered that learns classes of made-up sentences. Its own updates take turns on its
own batches, and on the same samples in a random order, each as long as the longest text there may
be. Printed are the useful share of the tokens, and how many times as fast an epoch is.
"""

import argparse
import math
import random
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from .projects import Project
from .ratios import ratio
from .regimes import Regime
from .screen import screen

ROWS, LENGTH = 6_000, 256  # texts, and most tokens of one
MEDIAN, SPREAD = 27, 0.8  # words of a text, whose logarithm is normal
USEFUL, FASTER = 0.9, 3.5  # the goals
REGIME = Regime(
    "buckets",
    "compute",
    "an encoder of two layers, 128 wide, on sentences of a median of 27 words, 256 at most",
    {
        "task": "classification",
        "modality": "text",
        "architecture": "custom",
        "data_source": "text_table",
        "dataset_path": "data/texts.csv",
    },
    {
        "training.batch_size": 32,
        "data.tokenizer": "words",
        "data.max_length": LENGTH,
        "model.num_layers": 2,
        "model.hidden_dim": 128,
    },
    40,
    0.0,
    1.0,
)


class Result(NamedTuple):
    """What was found."""

    useful: float  # share of the tokens of the project's batches
    padded: float  # the same, where all are as long as the longest
    faster: Any  # Estimate of how many times


def main() -> int:
    """Measure, print, and return 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.buckets", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="of both; default: %(default)s")
    parser.add_argument("--steps", type=int, default=REGIME.steps, help="updates of a round")
    options = parser.parse_args()
    from tools.render import renderer  # needs Copier

    with TemporaryDirectory() as folder, renderer() as make:
        project = make(Path(folder) / REGIME.name, project_name=REGIME.name, **REGIME.answers)
        write_table(project / "data/texts.csv")
        with screen():
            found = measure(project, Path(folder) / "logs", options.rounds, options.steps)
    met = found.useful >= USEFUL and found.faster.value >= FASTER
    print(f"useful tokens: {found.useful:.1%}, padded to the longest {found.padded:.1%}")
    interval = f"[{found.faster.low:.2f}, {found.faster.high:.2f}]"
    print(f"an epoch: {found.faster.value:.2f} times as fast {interval}")
    print(f"{'met    ' if met else 'NOT MET'}  {USEFUL:.0%} useful, {FASTER} times as fast")
    return 0 if met else 1


def measure(folder: Path, logs: Path, rounds: int, steps: int) -> Result:
    """Let both take turns; the more of them, the narrower the interval."""
    project = Project(REGIME, folder)
    prepared = project.prepare(project.configure(logs, False, "cpu"))
    plain = [padded(batch) for batch in islice(unsorted(prepared.train), rounds * steps)]
    own: list[Any] = list(islice(prepared.train.batches(0, 0), rounds * steps))
    seconds: list[list[float]] = [[], []]
    for number in range(rounds + 1):  # the first fills caches
        for batches, times in zip((own, plain), seconds, strict=True):
            first = number * steps % max(1, len(batches) - steps + 1)
            taken = run(project, prepared, batches[first : first + steps])
            times += [taken] if number else []
    whole = sum(batch.size for batch in own), sum(batch.size for batch in plain)
    each = [[x / count for x in times] for times, count in zip(seconds, whole, strict=True)]
    return Result(useful(own), useful(plain), ratio(each[1], each[0]))


def run(project: Project, prepared: Any, batches: Iterable[Any]) -> float:
    """Return the seconds that updates on some batches take."""
    update = project.module("engine.loop").update_weights
    before = time.perf_counter()
    for batch in batches:
        update(prepared.state, prepared.recipe, [batch])
    return time.perf_counter() - before


def unsorted(train: Any) -> Iterator[Any]:
    """Yield the batches of an epoch in the random order that buckets begin with."""
    order = train.ids[torch.randperm(len(train.ids), generator=torch.Generator().manual_seed(0))]
    yield from train.source.read(list(order.split(train.batch_size)))


def padded(batch: Any) -> Any:
    """Return a batch whose texts are all as long as the longest there may be."""
    return batch._replace(inputs=widen(batch.inputs))


def widen(tokens: Tensor) -> Tensor:
    """Fill tokens [B, T] up with -1."""
    return F.pad(tokens, (0, LENGTH - tokens.shape[1]), value=-1)


def useful(batches: Iterable[Any]) -> float:
    """Return the share of the tokens of all batches that are of a text."""
    sums = [(int((batch.inputs >= 0).sum()), batch.inputs.numel()) for batch in batches]
    there, count = (sum(column) for column in zip(*sums, strict=True))
    return float(there / count)


def write_table(path: Path) -> None:
    """Write made up sentences of two classes, which use some words more often."""
    draw, lines = random.Random(0), ["text,label"]
    words = [f"word{number}" for number in range(500)]
    for row in range(ROWS):
        length = max(1, round(math.exp(draw.gauss(math.log(MEDIAN), SPREAD))))
        some = words[:300] if row % 2 else words[200:]
        lines.append(f"{' '.join(draw.choices(some, k=length))} {row},{'ab'[row % 2]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
