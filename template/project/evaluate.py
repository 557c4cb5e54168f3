"""Evaluate: python evaluate.py [--checkpoint checkpoints/best_model.pt] [--json report.json].

Prints every figure of the task with its 95 % interval: what other samples might have given. A
dash stands for a figure without meaning here, and for an interval that would take too long.
"""

import argparse
import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from {{ package_name }}.errors import run

CHECKPOINT = {{ (checkpoint_dir.rstrip("/") ~ "/best_model.pt") | py }}
SPLITS = ["train", "val", "test", "all"]


def main() -> None:
    """Read the arguments, run the model over a split, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=CHECKPOINT, help="default: %(default)s")
    parser.add_argument("--data", help="another data set than that of the training")
    parser.add_argument("--split", choices=SPLITS, help="default: test, or all of --data")
    parser.add_argument("--json", type=Path, help="file for the report")
    parser.add_argument("--png", type=Path, help="file for the pictures")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1 or mps")
    options = parser.parse_args()

    from {{ package_name }}.inference import infer, load_trained, open_split
    from {{ package_name }}.pictures import draw_pictures
    from {{ package_name }}.report import as_png, make_report, write
    from {{ package_name }}.runtime import choose_device

    path, device = options.checkpoint, choose_device(options.device)
    model, config, info = load_trained(path, device)
    data = replace(config.data, dataset_path=options.data or config.data.dataset_path)
    split = options.split or ("all" if options.data else "test")
    loader = open_split(data, info, split, path.parent / "splits.csv", device)
    outputs, targets = infer(model, loader.batches())
    source = {"checkpoint": str(path), "sha256": sha256(path.read_bytes()).hexdigest()}
    report = {**source, "split": split, **make_report(outputs, targets, info, config.training)}
    show(report)
    if options.json:
        write(options.json, (json.dumps(report, indent=2, allow_nan=False) + "\n").encode())
    if options.png:
        write(options.png, as_png(draw_pictures(outputs, targets, loader)))


def show(report: dict[str, Any]) -> None:
    """Print the figures, and whether the target was met."""
    print(f"{report['samples']} samples ({report['split']}), each figure with its 95 % interval")
    for name, figure in report["metrics"].items():
        numbers = [figure["value"], *figure["interval"]]
        print(name.ljust(18), *("         -" if x is None else f"{x:10.4f}" for x in numbers))
    target = report["target"]
    if target["met"] is not None:
        met = "met" if target["met"] else "not met"
        print(f"target {target['metric']} {target['value']}: {met}")


if __name__ == "__main__":
    run(main)
