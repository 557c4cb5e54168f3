"""Evaluate: python evaluate.py [--checkpoint checkpoints/best_model.pt] [--json report.json].

Prints every figure of the task with its 95 % interval: what other samples might have given.
"""

import argparse
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
    from {{ package_name }}.report import make_report, save_pictures, write_json
    from {{ package_name }}.run import falls
    from {{ package_name }}.runtime import choose_device

    device, split = choose_device(options.device), "all" if options.data else "test"
    model, config, info = load_trained(options.checkpoint, device)
    data = replace(config.data, dataset_path=options.data or config.data.dataset_path)
    manifest, split = options.checkpoint.parent / "splits.csv", options.split or split
    loader = open_split(replace(config, data=data), info, split, manifest, device)
    outputs, targets = infer(model, loader.batches())
    report: dict[str, Any] = {"checkpoint": str(options.checkpoint), "split": split}
    report["sha256"] = sha256(options.checkpoint.read_bytes()).hexdigest()
    report |= make_report(outputs, targets, info.output_names)
    metric, goal = config.training.target_metric, config.training.target_value
    value = report["metrics"].get(metric, {"value": None})["value"]
    met = None
    if metric is not None and goal is not None and value is not None:
        met = value <= goal if falls(metric) else value >= goal
    report["target"] = {"metric": metric, "value": goal, "met": met}

    print(f"{len(targets)} samples ({split}), each figure with its 95 % interval")
    for name, figure in report["metrics"].items():
        numbers = [figure["value"], *figure["interval"]]
        print(name.ljust(18), *("         -" if x is None else f"{x:10.4f}" for x in numbers))
    if met is not None:
        print(f"target {metric} {goal}: {'met' if met else 'not met'}")
    if options.json:
        write_json(report, options.json)
    if options.png:
        from {{ package_name }}.batch import Batch
        from {{ package_name }}.metrics import Metrics
        from {{ package_name }}.pictures import draw_pictures

        metrics, nothing = Metrics(outputs.shape[1]), outputs.new_zeros(())
        metrics.update(nothing, nothing, outputs, Batch(outputs, targets, targets))
        save_pictures(draw_pictures(model, loader, metrics), options.png)


if __name__ == "__main__":
    run(main)
