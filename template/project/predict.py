{% if family == "image" %}
"""Predict: python predict.py INPUT... [--output predictions.csv], for images and folders of them.
{% else %}
"""Predict: python predict.py INPUT... [--output predictions.csv], for each row of tables.
{% endif %}

Writes a line of JSON for each, or a row of CSV; what cannot be read gets its error instead. Exit
code 2 says that nothing could be read.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from {{ package_name }}.errors import UserError, run

CHECKPOINT = {{ (checkpoint_dir.rstrip("/") ~ "/best_model.pt") | py }}


def main() -> None:
    """Read the arguments, then the inputs, a batch at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", metavar="INPUT")
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT, help="default: %(default)s")
    parser.add_argument("--output", type=Path, help=".csv or .jsonl; default: lines on stdout")
    parser.add_argument("--batch_size", type=int, default=32, help="default: %(default)s")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps")
    options = parser.parse_args()

    import torch

    from {{ package_name }}.data.inputs import read_inputs
    from {{ package_name }}.inference import answer, load_trained
    from {{ package_name }}.runtime import choose_device

    device = choose_device(options.device)
    model, config, info = load_trained(options.checkpoint, device)
    rows, records = read_inputs(options.inputs, config.data, info), list[dict[str, Any]]()
    while group := list(islice(rows, options.batch_size)):
        good = [x for _, x in group if isinstance(x, torch.Tensor)]
        said = answer(model, torch.stack(good).to(device), info.output_names) if good else []
        for name, x in group:
            bad = isinstance(x, UserError)
            records.append({"input": name, **({"error": str(x)} if bad else said.pop(0))})
            if options.output is None:
                print(json.dumps(records[-1]))
    if options.output is not None:
        write(records, options.output)
    errors = [record["error"] for record in records if "error" in record]
    if len(errors) == len(records):
        raise UserError(f"INPUT: nothing could be read: {errors[0] if errors else 'no files'}")
    print(f"{len(records) - len(errors)} predicted, {len(errors)} unreadable", file=sys.stderr)


def write(records: list[dict[str, Any]], path: Path) -> None:
    """Write the records as the suffix says, and read them back to be sure."""
    with path.open("w+", newline="", encoding="utf-8") as file:
        if path.suffix.lower() == ".csv":
            rows = [dict(flatten(record)) for record in records]
            writer = csv.DictWriter(file, dict.fromkeys(key for row in rows for key in row))
            writer.writeheader()
            writer.writerows(rows)
            file.seek(0)
            count = len(list(csv.DictReader(file)))
        else:
            file.writelines(json.dumps(record) + "\n" for record in records)
            file.seek(0)
            count = len([json.loads(line) for line in file])
    if count != len(records):
        raise UserError(f"--output {path} holds {count} records instead of {len(records)}")


def flatten(record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give every number a column of its own, such as `probabilities.rose`."""
    for key, value in record.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", number) for name, number in value.items())
        else:
            yield key, ";".join(value) if isinstance(value, list) else value


if __name__ == "__main__":
    run(main)
