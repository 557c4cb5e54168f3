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
from pathlib import Path

from pkg.engine.errors import UserError, run

CHECKPOINT = {{ (checkpoint_dir.rstrip("/") ~ "/best_model.pt") | py }}


def main() -> None:
    """Read the arguments and the inputs; write what the model says of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inputs", nargs="+", metavar="INPUT")
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT, help="default: %(default)s")
    parser.add_argument("--output", type=Path, help=".csv or .jsonl; default: lines on stdout")
    parser.add_argument("--batch_size", type=int, default=32, help="default: %(default)s")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps")
    options = parser.parse_args()

    if options.batch_size < 1:
        raise UserError(f"--batch_size cannot be {options.batch_size}")
    from pkg.data.dataloader import read_inputs
    from pkg.inference import load_trained, predict, write
    from pkg.engine.runtime import choose_device

    device = choose_device(options.device, "--device")
    model, config, info = load_trained(options.checkpoint, device)
    inputs = read_inputs(options.inputs, config.data, info)
    records = list(predict(model, inputs, info.output_names, options.batch_size))
    text = io.StringIO()
    if options.output and options.output.suffix.lower() == ".csv":
        table = csv.DictWriter(text, dict.fromkeys(key for record in records for key in record))
        table.writeheader()
        table.writerows(records)
    else:
        text.writelines(json.dumps(record) + "\n" for record in records)
    if options.output:
        write(options.output, text.getvalue().encode(errors="surrogateescape"))
    else:
        print(text.getvalue(), end="")
    errors = [record["error"] for record in records if "error" in record]
    if len(errors) == len(records):
        raise UserError(f"nothing could be read: {errors[0] if errors else 'INPUT has no files'}")
    print(f"{len(records) - len(errors)} predicted, {len(errors)} unreadable", file=sys.stderr)


if __name__ == "__main__":
    run(main)
