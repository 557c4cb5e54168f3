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
import io
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

    from {{ package_name }}.data.dataloader import read_inputs
    from {{ package_name }}.inference import answer, load_trained
    from {{ package_name }}.report import write
    from {{ package_name }}.runtime import choose_device

    device = choose_device(options.device)
    model, config, info = load_trained(options.checkpoint, device)
    inputs, records = read_inputs(options.inputs, config.data, info), list[dict[str, Any]]()
    while group := list(islice(inputs, options.batch_size)):
        good = [x for _, x in group if not isinstance(x, UserError)]
        answers = iter(answer(model, good, info.output_names, device))
        for name, x in group:
            said = {"error": str(x)} if isinstance(x, UserError) else next(answers)
            records.append({"input": name, **said})
            if options.output is None:
                print(json.dumps(records[-1]))
    if options.output is not None:
        lines = "".join(json.dumps(record) + "\n" for record in records)
        text = as_csv(records) if options.output.suffix.lower() == ".csv" else lines
        write(options.output, text.encode())
    errors = [record["error"] for record in records if "error" in record]
    if len(errors) == len(records):
        raise UserError(f"INPUT: nothing could be read: {errors[0] if errors else 'no files'}")
    print(f"{len(records) - len(errors)} predicted, {len(errors)} unreadable", file=sys.stderr)


def as_csv(records: list[dict[str, Any]]) -> str:
    """Return a table with a column for every number, such as `probabilities.rose`."""
    rows, text = [dict(flatten(record)) for record in records], io.StringIO()
    writer = csv.DictWriter(text, dict.fromkeys(key for row in rows for key in row))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def flatten(record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the cells of a row."""
    for key, value in record.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", number) for name, number in value.items())
        else:
            yield key, ";".join(value) if isinstance(value, list) else value


if __name__ == "__main__":
    run(main)
