"""Predict: python predict.py INPUT... [--output predictions.csv].

Writes a line of JSON for each sample, or a row of CSV; what cannot be read gets its error
instead. Exit code 2 says that nothing could be read.
"""

import argparse
import sys
from pathlib import Path

from pkg.data.settings import INPUTS
from pkg.engine.cli import default_checkpoint
from pkg.engine.errors import UserError, run
from pkg.records import as_lines, write_lines
from pkg.task.settings import OUTPUTS


def main() -> None:
    """Read the arguments and the inputs; write the predictions."""
    options = make_parser().parse_args()
    if options.batch_size < 1:
        raise UserError(f"--batch_size cannot be {options.batch_size}")

    from pkg.data.dataloader import read_inputs
    from pkg.engine.runtime import choose_device
    from pkg.inference import load_trained, predict
    from pkg.task.objective import build_objective
    from pkg.task.predictions import FORMATS

    device = choose_device(options.device, "--device")
    model, config, info = load_trained(options.checkpoint, device)
    #: if form in ("boxes", "instances")
    if options.min_score is not None:
        info.validation["val_threshold"] = options.min_score
    #: endif
    #: if form in ("corpus", "pairs")
    from pkg.task.options import with_options

    config = with_options(config, options)
    #: endif
    objective = build_objective(config.task, info, device)
    inputs = read_inputs(options.inputs, config.data, info)
    records = list(predict(model, objective, inputs, info, options.batch_size))
    if options.output:
        write = FORMATS.get(options.output.suffix.lower(), write_lines)
        write(records, options.output, info)
    else:
        print(as_lines(records), end="")
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
    lines = "default: lines of JSON on stdout"
    parser.add_argument("--output", type=Path, help=f"file, {OUTPUTS}; {lines}")
    #: if form in ("boxes", "instances")
    best_f1 = "smallest score of an object; default: that of the best F1 in the validation"
    parser.add_argument("--min_score", type=float, help=best_f1)
    #: endif
    #: if form in ("corpus", "pairs")
    from pkg.task.options import add_options

    add_options(parser)
    #: endif
    parser.add_argument("--batch_size", type=int, default=32, help="default: %(default)s")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps")
    return parser


if __name__ == "__main__":
    run(main)
