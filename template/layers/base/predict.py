"""Predict: python predict.py INPUT... [--output predictions.csv].

Writes a line of JSON for each sample, or a row of CSV; what cannot be read gets its error
instead. Exit code 2 says that nothing could be read.
"""

import argparse
import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

from pkg.data.settings import INPUTS
from pkg.engine.cli import default_checkpoint
from pkg.engine.errors import UserError, run


def main() -> None:
    """Read the arguments and the inputs; write the predictions."""
    options = make_parser().parse_args()
    if options.batch_size < 1:
        raise UserError(f"--batch_size cannot be {options.batch_size}")

    from pkg.data.dataloader import read_inputs
    from pkg.engine.runtime import choose_device
    from pkg.inference import load_trained, predict, write
    from pkg.task.objective import build_objective

    device = choose_device(options.device, "--device")
    model, config, info = load_trained(options.checkpoint, device)
    objective = build_objective(config.task, info, device)
    inputs = read_inputs(options.inputs, config.data, info)
    found = predict(model, objective, inputs, info, options.batch_size)
    records = list(found)
    text = as_csv(records) if is_csv(options.output) else as_lines(records)
    if options.output:
        write(options.output, text.encode(errors="surrogateescape"))
    else:
        print(text, end="")
    errors = [record["error"] for record in records if "error" in record]
    if len(errors) == len(records):
        raise UserError(f"nothing could be read: {errors[0] if errors else 'INPUT has no files'}")
    print(f"{len(records) - len(errors)} predicted, {len(errors)} unreadable", file=sys.stderr)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", metavar="INPUT", help=INPUTS)
    best = default_checkpoint()
    parser.add_argument("--checkpoint", type=Path, default=best, help="default: %(default)s")
    parser.add_argument("--output", type=Path, help=".csv or .jsonl; default: lines on stdout")
    parser.add_argument("--batch_size", type=int, default=32, help="default: %(default)s")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps")
    return parser


def is_csv(path: Path | None) -> bool:
    """Say whether a file is to be CSV."""
    return path is not None and path.suffix.lower() == ".csv"


def as_csv(records: list[dict[str, Any]]) -> str:
    """Return a row for each record, and a header of all their keys."""
    text = io.StringIO()
    table = csv.DictWriter(text, dict.fromkeys(key for record in records for key in record))
    table.writeheader()
    table.writerows(records)
    return text.getvalue()


def as_lines(records: list[dict[str, Any]]) -> str:
    """Return a line of JSON for each record."""
    return "".join(json.dumps(record) + "\n" for record in records)


if __name__ == "__main__":
    run(main)
